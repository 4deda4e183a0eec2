"""What the server's nouns have in common."""

from .errors import ModelsmithError


class Seen(object):
    """Something of the server: its fields as attributes under their API names; ``fields`` is the whole dict."""

    _path = ""

    def __init__(self, http, fields):
        self.http = http
        self.fields = fields

    def __getattr__(self, name):
        try:
            return self.__dict__["fields"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __repr__(self):
        return "<%s %s %r>" % (type(self).__name__, self.fields.get("id"), self.fields.get("name"))

    def refresh(self):
        """Read the object again; returns it."""
        self.fields = self.http.json("GET", "%s/%s" % (self._path, self.id))
        return self

    def change(self, **changes):
        """Set fields by their API names; returns it."""
        self.fields = self.http.json("PATCH", "%s/%s" % (self._path, self.id), changes, version=self.version)
        return self


class Thing(Seen):
    """Something that is owned, and can be shared."""

    def delete(self):
        """Delete the object."""
        self.http.json("DELETE", "%s/%s" % (self._path, self.id), version=self.version)

    def shares(self):
        """Who has which role on the object: a list of dicts."""
        return self.http.json("GET", "/objects/%s/shares" % self.id)["items"]

    def share(self, grantee, role="consumer"):
        """Give a person, a group or the organisation, by id, the role ``consumer``, ``editor`` or ``owner``."""
        return self.http.json("PUT", "/objects/%s/shares" % self.id, {"grantee": grantee, "role": role})

    def unshare(self, grantee):
        """Take the role of a person, a group or the organisation back."""
        self.http.json("DELETE", "/objects/%s/shares" % self.id, query={"grantee": grantee})

    def transfer(self, person):
        """Make a person, by id, its owner in place of whoever is."""
        return self.http.json("POST", "/objects/%s/owner" % self.id, {"person": person})["items"]


class Collection(object):
    """All objects of a kind."""

    _item = Thing

    def __init__(self, http):
        self.http = http

    def __iter__(self):
        return self._search(None)

    def get(self, id):
        """The object of an id."""
        return self._item(self.http, self.http.json("GET", "%s/%s" % (self._item._path, id)))

    def find(self, name):
        """The one object of a name."""
        found = [item for item in self._search(name) if item.name == name]
        if len(found) != 1:
            raise ModelsmithError(
                "%d %s are named %r; exactly one was expected." % (len(found), self._item._path.strip("/"), name),
                code="client.ambiguousName",
            )
        return found[0]

    def _search(self, words):
        for fields in self.http.pages(self._item._path, {"search": words}):
            yield self._item(self.http, fields)

    def _create(self, body):
        return self._item(self.http, self.http.json("POST", self._item._path, body, idempotent=True))
