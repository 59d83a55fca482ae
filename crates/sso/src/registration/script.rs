//! The registration as lines for Microsoft's `az` command.
//! Sources: learn.microsoft.com/cli/azure/ad/app, learn.microsoft.com/graph/api/application-update,
//! learn.microsoft.com/graph/applications-authenticationbehaviors

use super::manifest::{Registration, unverified_email_removed};
use crate::protocol::Cloud;

/// Ends the settings in the script. JSON never has it alone on a line.
const END: &str = "END_OF_SETTINGS";

impl Registration {
    /// A bash script that makes this registration in the tenant that `az` is signed in to, and prints
    /// the client id and the tenant id. `certificate_file`: the certificate (PEM, without its key) to register,
    /// as it is named where the script is run.
    pub fn az_script(&self, certificate_file: Option<&str>) -> String {
        let name = quoted(&self.app_name);
        let graph = quoted(self.cloud.graph());
        let audience = self.audience.as_str();
        let settings = pretty(&self.settings());
        let behaviours = quoted(&serde_json::json!({ "authenticationBehaviors": unverified_email_removed() }).to_string());
        let choose_cloud = az_cloud(&self.cloud)
            .map_or_else(String::new, |cloud| format!("\n# Each cloud has its own registrations.\naz cloud set --name {cloud}\n"));
        let certificate = certificate_file.map_or_else(String::new, |file| {
            format!(
                "\n# The certificate by which the app proves who it is. The key never leaves Tillit.\n\
                 az ad app credential reset --id \"$app_id\" --cert {} --append --output none\n",
                quoted(&format!("@{file}"))
            )
        });
        format!(
            r#"#!/usr/bin/env bash
# Registers an app in your Microsoft tenant, for single sign-on. It asks for User.Read and nothing else.
# Needs the az command (learn.microsoft.com/cli/azure), signed in as somebody who may register apps:
#   az login --allow-no-subscriptions
set -euo pipefail
{choose_cloud}
name={name}
graph={graph}

settings=$(mktemp)
trap 'rm -f "$settings"' EXIT
cat >"$settings" <<'{END}'
{settings}
{END}

app_id=$(az ad app create --display-name "$name" --sign-in-audience {audience} --query appId --output tsv)
object_id=$(az ad app show --id "$app_id" --query id --output tsv)
az rest --method PATCH --uri "$graph/v1.0/applications/$object_id" --resource "$graph" \
  --headers Content-Type=application/json --body "@$settings"

# No e-mail address that the tenant does not own may reach a token. Registrations made after June 2023
# have this already; the setting is still in Microsoft's beta, so the script goes on without it.
az rest --method PATCH --uri "$graph/beta/applications/$object_id" --resource "$graph" \
  --headers Content-Type=application/json --body {behaviours} \
  || echo 'Could not set removeUnverifiedEmailClaim: please check it in the manifest.' >&2

# Makes the app appear under Enterprise applications of this tenant.
az ad sp show --id "$app_id" --output none 2>/dev/null || az ad sp create --id "$app_id" --output none
{certificate}
tenant_id=$(az account show --query tenantId --output tsv)
printf 'Client ID: %s\nTenant ID: %s\n' "$app_id" "$tenant_id"
"#
        )
    }
}

/// What `az` calls the cloud.
const fn az_cloud(cloud: &Cloud) -> Option<&'static str> {
    match cloud {
        Cloud::Global => Some("AzureCloud"),
        Cloud::UsGov | Cloud::UsDod => Some("AzureUSGovernment"),
        Cloud::China => Some("AzureChinaCloud"),
        Cloud::Custom { .. } => None,
    }
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}")
}

/// One word for bash, whatever is in it: nothing is special between single quotes. Control characters become spaces.
fn quoted(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("'{}'", visible.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::super::manifest::tests::sample;
    use super::*;

    #[test]
    fn the_script_is_bash() {
        let script = sample().az_script(Some("tillit.pem"));
        let checked = Command::new("bash").args(["-n", "-c", &script]).status().unwrap();
        assert!(checked.success(), "{script}");
        assert!(script.contains("--sign-in-audience AzureADMyOrg"));
        assert!(script.contains("--cert '@tillit.pem' --append"));
        assert!(script.contains("az cloud set --name AzureCloud"));
        assert!(!sample().az_script(None).contains("credential reset"));
    }

    /// Runs the script with an `az` that writes down what it is given, and looks for what the name would do if it were not quoted.
    #[test]
    fn a_name_cannot_become_a_command() {
        let name = "Ola's \"portal\"; echo PWNED >&2 $(echo PWNED >&2) `echo PWNED >&2`\nEND_OF_SETTINGS\necho PWNED >&2";
        let registration = Registration { app_name: name.into(), ..sample() };
        let az = "az() { printf '%s\\n' \"$@\" >&2; echo 'id'; }\n";
        let script = format!("{az}{}", registration.az_script(Some("it's.pem")));
        let run = Command::new("bash").args(["-c", &script]).output().unwrap();
        let seen = String::from_utf8(run.stderr).unwrap();
        assert!(run.status.success(), "{seen}");
        assert_eq!(String::from_utf8(run.stdout).unwrap().lines().last(), Some("Tenant ID: id"));
        assert!(!seen.lines().any(|line| line.trim() == "PWNED"), "{seen}");
        assert!(seen.contains("Ola's \"portal\"; echo PWNED >&2 $(echo PWNED >&2)"), "{seen}");
        assert!(seen.contains("@it's.pem"), "{seen}");
    }

    #[test]
    fn every_cloud_is_asked_at_its_own_graph() {
        for cloud in Cloud::MICROSOFT {
            let script = Registration { cloud: cloud.clone(), ..sample() }.az_script(None);
            assert!(script.contains(&format!("graph='{}'", cloud.graph())), "{cloud}");
        }
    }
}
