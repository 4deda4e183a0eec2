"""People of an organisation, their groups and tokens, and the log of what was done."""

from .things import Collection, Seen


class Person(Seen):
    """Somebody of the organisation, or a service account."""

    _path = "/people"
    #: Of whom was just added or let in again: a dict whose ``secret`` lets them choose a password; shown once.
    invitation = None

    def invite(self):
        """Make another invitation, as a dict with its ``secret``; earlier ones end."""
        return self.http.json("POST", "/people/%s/invitation" % self.id)

    def deactivate(self, successor=None):
        """End their sessions and tokens, and hand what they own to a successor, by id; returns the person."""
        body = {} if successor is None else {"successor": successor}
        self.fields = self.http.json("POST", "/people/%s/deactivation" % self.id, body)
        return self

    def reactivate(self):
        """Let them in again; returns the person, with an invitation."""
        made = self.http.json("POST", "/people/%s/reactivation" % self.id)
        self.fields, self.invitation = made["person"], made["invitation"]
        return self


class People(Collection):
    _item = Person

    def create(self, name, email=None, role="member"):
        """Add a person, or with the role ``service`` and no email a service account; returns them, with an invitation."""
        body = {"name": name, "role": role}
        if email is not None:
            body["email"] = email
        made = self.http.json("POST", "/people", body)
        person = Person(self.http, made["person"])
        person.invitation = made["invitation"]
        return person


class Group(Seen):
    """A group of people; ``change(members=[…])`` says, by id, who is in it."""

    _path = "/groups"

    def delete(self):
        """Delete it; the roles that it was given go with it."""
        self.http.json("DELETE", "/groups/%s" % self.id, version=self.version)


class Groups(Collection):
    _item = Group

    def create(self, name, members=(), description=""):
        """Make a group of people, by id."""
        body = {"name": name, "members": list(members), "description": description}
        return Group(self.http, self.http.json("POST", "/groups", body))


class Tokens(object):
    """API tokens, as dicts: one's own, or for administrators those of another person, by id."""

    def __init__(self, http):
        self.http = http

    def list(self, person=None):
        """All of them, without their secrets."""
        found, cursor = [], None
        while True:
            page = self.http.json("GET", "/tokens", query={"person": person, "cursor": cursor, "limit": 200})
            found += page["items"]
            cursor = page["nextCursor"]
            if cursor is None:
                return found

    def create(self, name, scopes=None, expires=None, person=None):
        """Make one; returns a dict of the ``token`` and its ``secret``, which is shown once. ``expires``: ISO 8601."""
        body = {"name": name, "scopes": scopes, "expiresAt": expires, "person": person}
        return self.http.json("POST", "/tokens", {key: value for key, value in body.items() if value is not None})

    def revoke(self, id):
        """End one."""
        self.http.json("DELETE", "/tokens/%s" % id)


class Audit(object):
    """What was changed, and what was denied, for administrators."""

    def __init__(self, http):
        self.http = http

    def entries(self, actor=None, object=None, outcome=None):
        """Entries as dicts, newest first; of one actor or object, by id, or of one outcome: ``done`` or ``denied``."""
        before = None
        while True:
            query = {"actor": actor, "object": object, "outcome": outcome, "before": before, "limit": 200}
            page = self.http.json("GET", "/audit", query=query)
            for entry in page["items"]:
                yield entry
            before = page["next"]
            if before is None:
                return

    def export(self, path):
        """Write the whole log to a file, an entry a line of JSON, oldest first."""
        with open(path, "wb") as file:
            self.http.download("/audit/export", file)

    def check(self):
        """Whether every entry fits its hash and the entry before, as a dict."""
        return self.http.json("GET", "/audit/check")
