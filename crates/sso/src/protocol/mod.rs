//! Speaking OpenID Connect and Microsoft Graph. Knows no database.
