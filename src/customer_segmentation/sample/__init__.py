"""Artificial landing tables of any size: the same seed gives the same bytes on any machine.

The tables of the landing contract for a shop with companies, contacts, guests, leads and
anonymous visitors, from 2023-07-01 to the early afternoon of 2025-06-30. ``sql/`` has one file per
table or step, run in the order of their names; ``sql/10_rules.sql`` has the rules of every draw.
Nobody in the data is real: mailboxes are in reserved domains, telephone numbers in fictional or
unassigned ranges, and IP addresses are cut to their network.

Some rows are dirty on purpose, less than 2 % of any table in total. "On top" means a dirty row
beside the good one, so that sums after cleaning are right; otherwise the row itself is dirty. In
the smallest tables (accounts, leads, products, rates, refunds) a kind is one row of the bundled
sample.

=====================================  =======================================  ===============
dirt                                   where                                    share (a kind)
=====================================  =======================================  ===============
exact copy of a row (on top)           all but accounts, sensitive_attributes   0.1 - 0.8 %
                                       and erasure_requests
older version of a row (on top)        customers, orders, service_contacts      0.1 - 0.4 %
                                       accounts, products                       1.6 %, 0.5 %
no key (on top)                        customers, orders, order_lines, events,  0.1 - 0.4 %
                                       campaign_touches, service_contacts
order that does not exist (on top)     order_lines, refunds                     0.1 %, 0.7 %
negative unit price (on top)           order_lines                              0.1 %
invalid number: 12,5x             order_lines, products, exchange_rates    0.1 - 0.8 %
                                       (on top); customers.annual_income
invalid date: 31/31/2024          orders.ordered_at, leads.created_at      0.15 %, 0.5 %
date after the end                     orders (3 days to 2 years later),        0.15 %
                                       events (400 days later)                  0.1 %
currency without a rate: XXX           orders                                   0.15 %
test record                            customers, orders, one account           0.1 %
birth date 1900-01-01, 1970-01-01      customers                                0.1 %
or in the future
address without @                      customers.email                          0.1 %
address padded and in capitals         customers.email, orders.email            0.1 %
telephone with 00, (0), / and -        customers.phone                          0.1 %
country in words, some padded          customers, leads, orders (billing)       0.1 - 0.5 %
status, type, score or answer that     consents, declared_preferences,          0.2 - 0.4 %
the contract does not know             service_contacts, survey_responses
=====================================  =======================================  ===============

Other cases are not dirt. Orders: pending, cancelled and fraudulent ones, and orders of contacts who
did not log in. People: 1 % of the contacts entered twice, shared mailboxes and devices, and
companies that own one another. Bots: one with the user agent of a bot, one with 1,050 events. The
rest: products without a currency, unlisted or missing reasons of service contacts.
"""

from customer_segmentation.sample.generate import Shape, generate

__all__ = ["Shape", "generate"]
