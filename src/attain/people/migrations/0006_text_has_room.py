from django.db import migrations, models

from attain.people.widening import Widen


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_rows_stamp"),
    ]

    operations = [
        Widen(
            model_name="auditentry",
            name="actor",
            field=models.TextField(blank=True, verbose_name="who"),
        ),
        Widen(
            model_name="auditentry",
            name="detail",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="organizationpartner",
            name="name",
            field=models.TextField(blank=True, verbose_name="name"),
        ),
    ]
