//! Statements of the vault.

tillit_store::statements! { "vault";
    /// The installation's wrapped key.
    FIND_INSTALLATION_KEY = "SELECT id, wrapped FROM vault_installation_key WHERE single = 1";
    /// Stores the installation's key, unless another node was first.
    ADD_INSTALLATION_KEY = "INSERT INTO vault_installation_key (id, single, wrapped, created_at) VALUES ($1, 1, $2, $3) ON CONFLICT (single) DO NOTHING";
    /// An organisation's wrapped key.
    FIND_ORGANISATION_KEY = "SELECT id, wrapped FROM vault_organisation_key WHERE organisation_id = $1";
    /// Any organisation's wrapped key.
    ANY_ORGANISATION_KEY = "SELECT organisation_id, wrapped FROM vault_organisation_key LIMIT 1";
    /// Stores an organisation's key.
    ADD_ORGANISATION_KEY = "INSERT INTO vault_organisation_key (id, organisation_id, wrapped, created_at) VALUES ($1, $2, $3, $4)";
    /// A person's wrapped key.
    FIND_PERSON_KEY = "SELECT id AS vault_key, wrapped AS vault_wrapped FROM vault_person_key WHERE organisation_id = $1 AND person_id = $2";
    /// Stores a person's key.
    ADD_PERSON_KEY = "INSERT INTO vault_person_key (id, organisation_id, person_id, wrapped, created_at) VALUES ($1, $2, $3, $4, $5)";
    /// Forgets a person.
    DELETE_PERSON_KEY = "DELETE FROM vault_person_key WHERE organisation_id = $1 AND person_id = $2";
}
