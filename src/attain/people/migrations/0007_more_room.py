from django.db import migrations, models

from attain.people.widening import Widen


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_text_has_room"),
    ]

    operations = [
        Widen(
            model_name="user",
            name="name",
            field=models.TextField(blank=True, verbose_name="name"),
        ),
    ]
