from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_school'),
    ]

    operations = [
        migrations.AddField(
            model_name='announcement',
            name='is_lasting',
            field=models.BooleanField(default=False, help_text='Personne ne peut la masquer.', verbose_name='toujours visible'),
        ),
    ]
