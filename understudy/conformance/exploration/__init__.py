"""The third tier of the judge: stand-ins as executable models of their API. Random sequences of
requests run against a server and the models; what can be observed is compared."""
