"""Accounts, contacts, deals and owners of a CRM: read from its extracts, kept, matched. It changes no lead but through the acts of the desk."""
