from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("published", "0005_rows_stamp_and_orders"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="portfoliorow",
            index=models.Index(
                fields=["publication", "designation", "qualifies", "distance_micro", "partner_id"], name="portfolio_by_within"
            ),
        ),
    ]
