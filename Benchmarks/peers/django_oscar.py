"""What django-oscar's Applicator needs for a basket of 30 lines under 30 offers.

Prints one JSON line: the median of processor time in milliseconds, with SQLite in memory.
"""
import json
import statistics
import sys
import time
from decimal import Decimal

import django
from django.conf import settings
from oscar import INSTALLED_APPS, get_version
from oscar import defaults

class NoMigrations:
    """Tables are made from the models: the history of a schema takes minutes."""

    def __contains__(self, app):
        return True

    def __getitem__(self, app):
        return None


settings.configure(
    SECRET_KEY="bench",
    SITE_ID=1,
    USE_TZ=True,
    ROOT_URLCONF="django.contrib.sites",
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.sites",
        "django.contrib.flatpages",
    ]
    + [app for app in INSTALLED_APPS if not app.startswith("django.contrib")],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    MIGRATION_MODULES=NoMigrations(),
    **{name: value for name, value in vars(defaults).items() if name.startswith("OSCAR_")},
)
django.setup()

from django.core.management import call_command
from oscar.core.loading import get_class, get_model

ROUNDS = 5


def shop():
    product_class = get_model("catalogue", "ProductClass").objects.create(
        name="goods", requires_shipping=False, track_stock=False
    )
    partner = get_model("partner", "Partner").objects.create(name="shop")
    products = []
    for number in range(1, 31):
        product = get_model("catalogue", "Product").objects.create(
            product_class=product_class, title=f"item {number}", upc=f"{number:013}"
        )
        get_model("partner", "StockRecord").objects.create(
            product=product, partner=partner, partner_sku=f"s{number}",
            price=Decimal(199 + number * 137 % 4000) / 100,
        )
        products.append(product)
    every = get_model("offer", "Range").objects.create(name="all", includes_all_products=True)
    for number in range(30):
        condition = get_model("offer", "Condition").objects.create(
            range=every, type="Count" if number % 2 else "Value",
            value=2 if number % 2 else 10 + number,
        )
        benefit = get_model("offer", "Benefit").objects.create(
            range=every, type="Percentage" if number % 2 else "Absolute",
            value=5 if number % 2 else 1,
        )
        get_model("offer", "ConditionalOffer").objects.create(
            name=f"offer {number}", slug=f"offer-{number}", condition=condition, benefit=benefit,
            priority=number % 3, max_basket_applications=1,
            # oscar's own default, which flatters it: of offers that may be combined it asks the
            # database about each line again and again, seventy times as long.
            exclusive=True,
        )
    return products


def main():
    call_command("migrate", verbosity=0, run_syncdb=True)
    products = shop()
    strategy = get_class("partner.strategy", "Default")()
    basket = get_model("basket", "Basket").objects.create()
    basket.strategy = strategy
    for number, product in enumerate(products, start=1):
        basket.add_product(product, quantity=1 + number % 4)
    applicator = get_class("offer.applicator", "Applicator")()
    times = []
    for _ in range(ROUNDS):
        basket.reset_offer_applications()
        start = time.process_time()
        applicator.apply(basket)
        times.append((time.process_time() - start) * 1e3)
    if not basket.total_discount > 0:
        raise SystemExit("no offer applied: nothing was measured")
    json.dump(
        {"version": get_version(), "medianMilliseconds": statistics.median(times)}, sys.stdout
    )
    print()


main()
