-- Security, edition 2026-07, both tracks, by hand: what Attain's score is measured against and must equal.
--
-- Views: azure_usage, workload_usage, certifications, accounts (conformed facts), services, offers, workloads, certificates (code, name).
-- Parameters: $day, $azure_month and $workload_month (the data months, as year * 12 + month - 1).
-- Gives partner_id, track, metric, value (null where a metric adds unlike things) and points, both in millionths, cut.

WITH azure AS (
    SELECT
        partner_id,
        tenant_id,
        sum(CASE WHEN month > $azure_month - 12 THEN acr ELSE 0 END) AS now,
        sum(CASE WHEN month <= $azure_month - 12 THEN acr ELSE 0 END) AS before
    FROM azure_usage
    WHERE month > $azure_month - 24 AND month <= $azure_month
      AND basis = 0
      AND associations & 13 <> 0 -- PAL, CSP Tier 1, CSP Tier 2
      AND offer NOT IN (SELECT code FROM offers WHERE name IN ('support', 'internal', 'benefit-program', 'trial'))
      AND service IN (
        SELECT code FROM services WHERE name IN (
            'application-gateway', 'azure-active-directory-b2c', 'azure-active-directory-for-external-identities', 'azure-bastion',
            'azure-ddos-protection', 'azure-firewall', 'azure-firewall-manager', 'azure-front-door-service', 'azure-iot-security',
            'key-vault', 'microsoft-defender-for-cloud', 'microsoft-entra', 'microsoft-entra-domain-services',
            'microsoft-entra-verified-id', 'microsoft-purview', 'microsoft-security-copilot', 'sentinel'))
    GROUP BY partner_id, tenant_id
),

azure_partners AS (
    SELECT
        partner_id,
        -- money is in ten-thousandths of a dollar
        count_if(now >= 6000000) - count_if(before >= 6000000) AS added,
        count_if(now > 120000000) - count_if(before > 120000000) AS deployed_large,
        count_if(now >= 7500000 AND (now <= 120000000 OR (before >= 7500000 AND before <= 120000000)))
            - count_if(before >= 7500000 AND before <= 120000000) AS deployed_small,
        sum(CASE WHEN now > 120000000 THEN now ELSE 0 END) - sum(CASE WHEN before > 120000000 THEN before ELSE 0 END) AS grown_large,
        sum(CASE WHEN now > 0 AND (now <= 120000000 OR (before > 0 AND before <= 120000000)) THEN now ELSE 0 END)
            - sum(CASE WHEN before > 0 AND before <= 120000000 THEN before ELSE 0 END) AS grown_small
    FROM azure
    GROUP BY partner_id
),

seats AS (
    SELECT
        partner_id,
        tenant_id,
        month = $workload_month AS is_now,
        max(paid_licenses) AS largest,
        count_if(paid_licenses BETWEEN 5 AND 300) > 0 AS is_small,
        max(paid_licenses) > 300 AS is_large,
        sum(active_users) AS active,
        sum(active_users) * 100 >= sum(paid_licenses) * 15 AS is_active
    FROM workload_usage
    WHERE month IN ($workload_month, $workload_month - 12)
      AND associations & 28 <> 0 -- CPOR, CSP Tier 1, CSP Tier 2
      AND workload IN (
        SELECT code FROM workloads WHERE name IN (
            'defender-for-endpoint-p2', 'defender-for-identity', 'defender-for-office-365', 'entra-id-p1', 'intune',
            'purview-information-protection'))
    GROUP BY partner_id, tenant_id, month
),

tenants AS (
    SELECT
        partner_id,
        tenant_id,
        bool_or(is_now AND is_large) AS large_now,
        bool_or(NOT is_now AND is_large) AS large_before,
        -- promoted: above the band now, inside it a year ago
        bool_or(is_now AND is_small) OR (bool_or(is_now AND largest > 300) AND bool_or(NOT is_now AND is_small)) AS small_now,
        bool_or(NOT is_now AND is_small) AS small_before,
        bool_or(is_now AND is_active) AS active_now,
        bool_or(NOT is_now AND is_active) AS active_before,
        sum(CASE WHEN is_now THEN active ELSE 0 END) AS users_now,
        sum(CASE WHEN is_now THEN 0 ELSE active END) AS users_before
    FROM seats
    GROUP BY partner_id, tenant_id
),

seat_partners AS (
    SELECT
        partner_id,
        count_if(large_now) - count_if(large_before) AS added_large,
        count_if(small_now) - count_if(small_before) AS added_small,
        count_if(large_now AND active_now) - count_if(large_before AND active_before) AS deployed_large,
        count_if(small_now AND active_now) - count_if(small_before AND active_before) AS deployed_small,
        sum(CASE WHEN large_now THEN users_now ELSE 0 END) - sum(CASE WHEN large_before THEN users_before ELSE 0 END) AS grown_large,
        sum(CASE WHEN small_now THEN users_now ELSE 0 END) - sum(CASE WHEN small_before THEN users_before ELSE 0 END) AS grown_small
    FROM tenants
    GROUP BY partner_id
),

people AS (
    SELECT
        partner_id,
        person_id,
        bool_or(name IN ('AZ-500', 'SC-500')) AS first_step,
        bool_or(name = 'SC-200') AS second_step,
        bool_or(name IN ('SC-100', 'SC-300', 'SC-400', 'SC-401')) AS third_step
    FROM certifications
    JOIN certificates ON certificates.code = certification
    WHERE status = 'active'
      AND earned_on <= $day
      AND (expires_on IS NULL OR expires_on >= $day)
      AND (name <> 'AZ-500' OR (earned_on <= DATE '2026-08-31' AND $day <= DATE '2027-08-31'))
      AND (name <> 'SC-400' OR (earned_on <= DATE '2025-05-31' AND $day <= DATE '2026-05-31'))
    GROUP BY partner_id, person_id
),

people_partners AS (
    SELECT partner_id, count_if(first_step) AS first_step, count_if(second_step) AS second_step, count_if(third_step) AS third_step
    FROM people
    GROUP BY partner_id
),

numbers AS (
    SELECT
        accounts.partner_id,
        coalesce(a.added, 0) AS azure_added,
        coalesce(a.deployed_large, 0) AS azure_deployed_large,
        coalesce(a.deployed_small, 0) AS azure_deployed_small,
        coalesce(a.grown_large, 0) AS azure_grown_large,
        coalesce(a.grown_small, 0) AS azure_grown_small,
        coalesce(s.added_large, 0) AS added_large,
        coalesce(s.added_small, 0) AS added_small,
        coalesce(s.deployed_large, 0) AS deployed_large,
        coalesce(s.deployed_small, 0) AS deployed_small,
        coalesce(s.grown_large, 0) AS grown_large,
        coalesce(s.grown_small, 0) AS grown_small,
        coalesce(p.first_step, 0) AS first_step,
        coalesce(p.second_step, 0) AS second_step,
        coalesce(p.third_step, 0) AS third_step
    FROM accounts
    LEFT JOIN azure_partners AS a USING (partner_id)
    LEFT JOIN seat_partners AS s USING (partner_id)
    LEFT JOIN people_partners AS p USING (partner_id)
)

SELECT partner_id, 'enterprise' AS track, 'net_customer_adds' AS metric, (azure_added + added_large)::BIGINT * 1000000 AS value,
       least(greatest(azure_added, 0) + greatest(added_large, 0), 10)::BIGINT * 2000000 AS points
FROM numbers
UNION ALL
SELECT partner_id, 'smb', 'net_customer_adds', (azure_added + added_small)::BIGINT * 1000000,
       least(greatest(azure_added, 0) + greatest(added_small, 0), 5)::BIGINT * 4000000
FROM numbers
UNION ALL
SELECT partner_id, 'enterprise', 'deployments', (azure_deployed_large + deployed_large)::BIGINT * 1000000,
       least(greatest(azure_deployed_large, 0) + greatest(deployed_large, 0), 6)::BIGINT * 20000000 // 6
FROM numbers
UNION ALL
SELECT partner_id, 'smb', 'deployments', (azure_deployed_small + deployed_small)::BIGINT * 1000000,
       least(greatest(azure_deployed_small, 0) + greatest(deployed_small, 0), 6)::BIGINT * 20000000 // 6
FROM numbers
UNION ALL
-- 25,000 USD or 2,500 users (15,000 and 1,000 for smb) earn 20 points: so many ten-thousandths of a dollar, and a user as many as it is worth
SELECT partner_id, 'enterprise', 'usage_growth', NULL,
       least(greatest(azure_grown_large, 0) + greatest(grown_large, 0) * 100000, 250000000)::BIGINT * 20000000 // 250000000
FROM numbers
UNION ALL
SELECT partner_id, 'smb', 'usage_growth', NULL,
       least(greatest(azure_grown_small, 0) + greatest(grown_small, 0) * 150000, 150000000)::BIGINT * 20000000 // 150000000
FROM numbers
UNION ALL
SELECT partner_id, 'enterprise', 'intermediate_certifications',
       CASE WHEN first_step >= 2 AND second_step >= 2 THEN third_step ELSE 0 END::BIGINT * 1000000,
       CASE WHEN first_step >= 2 AND second_step >= 2 THEN least(third_step, 6) ELSE 0 END::BIGINT * 40000000 // 6
FROM numbers
UNION ALL
SELECT partner_id, 'smb', 'intermediate_certifications',
       CASE WHEN first_step >= 1 AND second_step >= 1 THEN third_step ELSE 0 END::BIGINT * 1000000,
       least(40, (first_step >= 1)::BIGINT * 4 + (second_step >= 1)::BIGINT * 4
           + CASE WHEN first_step >= 1 AND second_step >= 1 THEN third_step * 8 ELSE 0 END)::BIGINT * 1000000
FROM numbers;
