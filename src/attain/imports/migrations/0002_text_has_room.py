from django.db import migrations, models

from attain.people.widening import Widen


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0001_initial"),
    ]

    operations = [
        Widen(
            model_name="importrun",
            name="actor",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="importrun",
            name="doing",
            field=models.TextField(blank=True),
        ),
        Widen(
            model_name="importrun",
            name="folder",
            field=models.TextField(),
        ),
        Widen(
            model_name="importrun",
            name="note",
            field=models.TextField(blank=True),
        ),
    ]
