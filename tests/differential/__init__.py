"""The same documents and handlers on stock Connexion, compared."""
