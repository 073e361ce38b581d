from django.db import migrations, models

from attain.people.widening import Widen


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0002_in_detail"),
    ]

    operations = [
        Widen(
            model_name="alert",
            name="partner_name",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="channel",
            name="made_by",
            field=models.TextField(blank=True),
        ),
    ]
