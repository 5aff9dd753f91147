"""Customer value: who is still alive, how much they will buy, and what that is worth.

Pure functions over distinct purchase histories; the unit of time is the week.

histories       distinct histories and their customers, checked and sorted
fitting         maximum likelihood, and why there is none where there is none
models          what the models of purchases have in common
beta_geometric  BG/NBD and MBG/NBD
pareto_nbd      Pareto/NBD
past_rate       the past rate, shrunk to the mean
purchases       expected purchases of BG/NBD and MBG/NBD, fast for many histories
gamma_gamma     spend per purchase
forecast        discounted purchases over horizons, and the next order
back_test       how good a forecast was
choice          which candidate makes the forecast, and why the others do not
"""
