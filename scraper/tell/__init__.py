"""Telling people: notices go from the outbox to mail, webhooks, chats and feeds. `telling` is what a run calls."""
