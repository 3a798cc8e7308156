-- Row-level security fed by the session: what a query forgets, the database does not.
-- Run once by the owner of the database; the application connects as farm_app, which owns nothing.
CREATE ROLE farm_app LOGIN NOINHERIT;

CREATE TABLE parcels (
    name text NOT NULL,
    owner text NOT NULL DEFAULT current_setting('hallpass.subject'),
    -- Who really did it: the agent while somebody acts, else the user.
    created_by text NOT NULL DEFAULT coalesce(nullif(current_setting('hallpass.actor', true), ''), current_setting('hallpass.subject'))
);
ALTER TABLE parcels ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON parcels TO farm_app;

-- Users may do as they like with what is theirs; somebody who acts needs the scope as well.
CREATE FUNCTION hallpass_allows(scope text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('hallpass.actor', true), '') = ''
        OR scope = ANY (string_to_array(current_setting('hallpass.scopes', true), ' '))
$$;

-- Without hallpass.subject there is no row at all.
CREATE POLICY read ON parcels FOR SELECT TO farm_app
    USING (owner = nullif(current_setting('hallpass.subject', true), '') AND hallpass_allows('parcels:read'));
CREATE POLICY write ON parcels FOR INSERT TO farm_app
    WITH CHECK (owner = nullif(current_setting('hallpass.subject', true), '') AND hallpass_allows('parcels:write'));
