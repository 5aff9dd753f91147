"""Customer value: the probability of being alive, expected purchases, and lifetime value.

Pure functions over distinct purchase histories; the unit of time is the week.

histories       distinct histories and their customers, checked and sorted
fitting         maximum likelihood, with a reason for each failure
models          the common interface of the models of purchases
beta_geometric  BG/NBD and MBG/NBD
pareto_nbd      Pareto/NBD
past_rate       the past rate, shrunk to the mean
purchases       expected purchases of BG/NBD and MBG/NBD, fast for many histories
gamma_gamma     spend per purchase
forecast        discounted purchases over horizons, and the next order
back_test       measures of a forecast against later purchases
choice          the candidate that makes the forecast, and reasons against the others
"""
