from django.db import migrations, models

import attain.people.models.stamps


class Migration(migrations.Migration):
    dependencies = [
        ("published", "0004_portfolio_counts"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="portfoliorow",
            name="portfolio_by_name",
        ),
        migrations.RemoveIndex(
            model_name="portfoliorow",
            name="portfolio_by_status",
        ),
        migrations.AddField(
            model_name="publication",
            name="rows_stamp",
            field=models.CharField(default=attain.people.models.stamps.new_stamp, editable=False, max_length=32),
        ),
        migrations.AddIndex(
            model_name="portfoliorow",
            index=models.Index(fields=["publication", "designation", "total_micro", "partner_id"], name="portfolio_by_total"),
        ),
        migrations.AddIndex(
            model_name="portfoliorow",
            index=models.Index(fields=["publication", "designation", "next_date", "partner_id"], name="portfolio_by_next_date"),
        ),
        migrations.AddIndex(
            model_name="portfoliorow",
            index=models.Index(fields=["publication", "designation", "at_risk_on", "partner_id"], name="portfolio_by_at_risk"),
        ),
        migrations.AddIndex(
            model_name="portfoliorow",
            index=models.Index(fields=["publication", "designation", "unclaimed_micro", "partner_id"], name="portfolio_by_unclaimed"),
        ),
        migrations.AddIndex(
            model_name="portfoliorow",
            index=models.Index(
                fields=["publication", "designation", "blocking", "distance_micro", "partner_id"], name="portfolio_by_blocking"
            ),
        ),
        migrations.AddIndex(
            model_name="portfoliorow",
            index=models.Index(
                fields=["publication", "designation", "name_folded", "partner_id", "status", "distributor_id"], name="portfolio_by_name"
            ),
        ),
        migrations.AddIndex(
            model_name="portfoliorow",
            index=models.Index(fields=["publication", "designation", "status", "partner_id", "distributor_id"], name="portfolio_by_status"),
        ),
    ]
