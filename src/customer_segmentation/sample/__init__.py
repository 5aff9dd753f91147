"""Made-up landing tables of any size: the same seed gives the same bytes, on any number of threads.

The sixteen tables of the landing contract for a shop with companies, contacts, guests, leads and
anonymous visitors, from 2023-07-01 to the early afternoon of 2025-06-30. ``sql/`` says how, one
file per table or step, run in the order of their names; ``sql/10_rules.sql`` has the rules of
every draw. Nobody in the data is real: mailboxes are under reserved domains, telephone numbers
under fictional or unassigned ranges, addresses of visitors cut to their network.

Some rows are dirty on purpose, less than 2 % of any table. "On top" means that the dirty row stands
beside the good one; otherwise the row itself is dirty. Products and rates are small, so that one
row is already 0.5 %.

=================================  ==========================================  ====================
dirt                               where                                       share of rows (kind)
=================================  ==========================================  ====================
exact copy of a row (on top)       all but accounts, sensitive_attributes and  0.1-0.8 %
                                   erasure_requests
older version of a row (on top)    accounts, customers, orders, products,      0.1-1.6 %
                                   service_contacts
no key (on top)                    customers, orders, order_lines, refunds,    0.1-0.6 %
                                   events, campaign_touches, service_contacts
order that does not exist          order_lines, refunds (on top)               0.1 %, 0.6 %
negative unit price                order_lines (on top)                        0.1 %
number that is none ("12,5x")      order_lines, products, exchange_rates (on   0.1-0.8 %
                                   top), customers.annual_income
date that is none ("31/31/2024")   orders.ordered_at, leads.created_at         0.15 %, 0.5 %
date after the end                 orders (3 days to 2 years), the first       0.15 %, 0.05 %
                                   event of some visits (400 days)
currency without a rate ("XXX")    orders                                      0.15 %
test record                        customers, accounts, orders                 0.1 %, one, 0.15 %
birth date 1900-01-01, 1970-01-01  customers                                   0.1 % each
or in the future
address without an @               customers.email                             0.1 %
address padded and in capitals     customers.email, orders.email               0.1 %
telephone in another spelling      customers.phone                             0.2 %
country in words, some padded      customers, leads, orders (billing)          0.1-0.9 %
status, type or score out of the   consents, declared_preferences,             0.2-0.4 %
contract                           service_contacts, survey_responses
=================================  ==========================================  ====================

Not dirt, but to be met all the same: pending, cancelled and fraudulent orders, orders by contacts
who did not log in, shared mailboxes and devices, and bots (one that says so, one that only makes
1,050 events in a session).
"""

from customer_segmentation.sample.generate import Shape, generate

__all__ = ["Shape", "generate"]
