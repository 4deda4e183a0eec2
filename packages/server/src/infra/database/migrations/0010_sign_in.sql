-- Who somebody is at a provider of OpenID Connect.
create table person_identity (
  issuer text not null,
  subject text not null,
  person_id text not null references person,
  created_at timestamptz(3) not null,
  primary key (issuer, subject)
);
-- A sign-in that went to the provider and has not come back; the browser that began it has the secret.
create table oidc_attempt (
  sha256 text primary key,
  state text not null,
  nonce text not null,
  verifier text not null,
  expires_at timestamptz(3) not null
);
-- What the provider said of whoever signed in, to end its session too.
alter table browser_session add column id_token text;
-- A link to choose a password by: for whoever was invited, or for whoever forgot theirs.
alter table invitation add column purpose text not null default 'invitation' check (purpose in ('invitation', 'reset'));
