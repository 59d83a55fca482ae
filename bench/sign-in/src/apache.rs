//! Apache with mod_auth_openidc (Debian's packages), on loopback, in the foreground.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};

use crate::provider::{CLIENT_ID, CLIENT_SECRET};

/// Where mod_auth_openidc keeps its sessions.
#[derive(Debug, Clone, Copy)]
pub enum Sessions {
    /// Shared memory: gone with the process.
    Memory,
    /// In the browser's cookie; stores nobody.
    Cookie,
}

/// Starts Apache in `folder`.
pub fn start(folder: &Path, listen: SocketAddr, provider: SocketAddr, sessions: Sessions) -> Result<Child> {
    let modules = "/usr/lib/apache2/modules";
    let pages = folder.join("htdocs/protected");
    std::fs::create_dir_all(&pages)?;
    std::fs::write(pages.join("index.html"), "<!doctype html><title>in</title><p>Signed in.")?;
    let session = match sessions {
        Sessions::Memory => "OIDCSessionType server-cache\nOIDCCacheType shm\nOIDCCacheShmMax 20000",
        Sessions::Cookie => "OIDCSessionType client-cookie",
    };
    let conf = format!(
        "ServerRoot {root}\nServerName localhost\nPidFile {root}/pid\nListen {listen}\nErrorLog {root}/error.log\nLogLevel error\n\
         LoadModule mpm_event_module {modules}/mod_mpm_event.so\nLoadModule authn_core_module {modules}/mod_authn_core.so\n\
         LoadModule authz_core_module {modules}/mod_authz_core.so\nLoadModule authz_user_module {modules}/mod_authz_user.so\n\
         LoadModule dir_module {modules}/mod_dir.so\nLoadModule auth_openidc_module {modules}/mod_auth_openidc.so\n\
         User www-data\nGroup www-data\nDocumentRoot {root}/htdocs\nDirectoryIndex index.html\nKeepAlive On\nKeepAliveTimeout 60\nMaxKeepAliveRequests 0\n\
         OIDCProviderMetadataURL http://{provider}/.well-known/openid-configuration\n\
         OIDCProviderTokenEndpointAuth client_secret_post\nOIDCClientID {CLIENT_ID}\nOIDCClientSecret {CLIENT_SECRET}\n\
         OIDCRedirectURI http://{listen}/protected/callback\nOIDCCryptoPassphrase bench-passphrase\nOIDCPKCEMethod S256\n\
         OIDCScope \"openid profile email\"\n{session}\n<Location /protected>\n  AuthType openid-connect\n  Require valid-user\n</Location>\n",
        root = folder.display(),
    );
    let file = folder.join("apache.conf");
    std::fs::write(&file, conf)?;
    Command::new("apache2")
        .arg("-f")
        .arg(&file)
        .arg("-DFOREGROUND")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("start apache2 (Debian packages apache2 and libapache2-mod-auth-openidc)")
}
