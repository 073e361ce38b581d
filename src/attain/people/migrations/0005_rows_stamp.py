from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_alter_auditentry_event"),
    ]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="rows_stamp",
            field=models.CharField(blank=True, editable=False, max_length=32),
        ),
        migrations.AddIndex(
            model_name="organizationpartner",
            index=models.Index(fields=["organization", "consent", "until", "partner_id"], name="partner_by_consent"),
        ),
    ]
