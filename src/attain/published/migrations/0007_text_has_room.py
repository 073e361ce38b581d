from django.db import migrations, models

from attain.people.widening import Widen


class Migration(migrations.Migration):
    dependencies = [
        ("published", "0006_who_is_near"),
    ]

    operations = [
        Widen(
            model_name="portfoliorow",
            name="country",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="portfoliorow",
            name="distributor_id",
            field=models.CharField(blank=True, max_length=200),
        ),
        Widen(
            model_name="portfoliorow",
            name="name",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="portfoliorow",
            name="partner_id",
            field=models.CharField(max_length=200),
        ),
        Widen(
            model_name="publication",
            name="store",
            field=models.TextField(),
        ),
        Widen(
            model_name="publisheddesignation",
            name="reported_track",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="publisheddesignation",
            name="status_name",
            field=models.TextField(),
        ),
        Widen(
            model_name="publishedpartner",
            name="all_held",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="publishedpartner",
            name="country",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="publishedpartner",
            name="distributor_id",
            field=models.CharField(blank=True, max_length=200),
        ),
        Widen(
            model_name="publishedpartner",
            name="name",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="publishedpartner",
            name="partner_id",
            field=models.CharField(max_length=200),
        ),
    ]
