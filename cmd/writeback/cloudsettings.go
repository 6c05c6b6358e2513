package main

import (
	"slices"

	"github.com/spf13/pflag"

	"writeback/cloudconfig"
)

// cloudSettings are the settings of the stages writeback and sspr.
type cloudSettings struct {
	tenant, cloud, auth                           string
	clientID, clientSecretFile, clientCertificate string
	graphTokenFile, portalTokenFile               string
	graphEndpoint, portalEndpoint                 string
	sync, syncServer, powershell                  string
	writebackMethod, ssprMethod                   string
	handoffScript, handoffAnswer                  string
	allowUndocumented, accountUnlock              bool
}

func (s *cloudSettings) declare(f *pflag.FlagSet) {
	f.StringVar(&s.tenant, "tenant", "", "the Microsoft Entra tenant, by `ID` or verified domain")
	f.StringVar(&s.cloud, "cloud", string(cloudconfig.Global), "the national cloud: global, usgov, usgovdod, china")
	f.StringVar(&s.auth, "auth", "", "how to sign in to the tenant: browser, device-code, azure-cli, azure-powershell, client-secret, client-certificate, managed-identity, token (`METHOD`)")
	f.StringVar(&s.clientID, "client-id", "", "the application to sign in as (`ID`)")
	f.StringVar(&s.clientSecretFile, "client-secret-file", "", "`FILE` with the application's secret (or set WRITEBACK_CLIENT_SECRET)")
	f.StringVar(&s.clientCertificate, "client-certificate", "", "`FILE` with the application's certificate and key, PEM or PKCS #12")
	f.StringVar(&s.graphTokenFile, "graph-token-file", "", "`FILE` with a token for Microsoft Graph, for --auth token (or set WRITEBACK_GRAPH_TOKEN)")
	f.StringVar(&s.portalTokenFile, "portal-token-file", "", "`FILE` with a token for the portal's settings, for --auth token (or set WRITEBACK_PORTAL_TOKEN)")
	f.StringVar(&s.graphEndpoint, "graph-endpoint", "", "another Microsoft Graph: the part before /v1.0 (`URL`)")
	f.StringVar(&s.portalEndpoint, "portal-endpoint", "", "another portal settings service: the part before /api (`URL`)")
	f.StringVar(&s.sync, "sync", "", "the sync product that writes back: connect, cloud, none (`PRODUCT`)")
	f.StringVar(&s.syncServer, "sync-server", "", "the `HOST` on which the sync product runs")
	f.StringVar(&s.powershell, "powershell", "", "the PowerShell to use (`FILE`)")
	f.StringVar(&s.writebackMethod, "writeback-method", "auto", "how writeback is switched on: auto, powershell, remote, handoff, manual, graph")
	f.StringVar(&s.ssprMethod, "sspr-method", "auto", "how the tenant's on-premises integration is set: auto, portal, manual")
	f.StringVar(&s.handoffScript, "handoff-script", "", "leave the script for --writeback-method handoff in `FILE`")
	f.StringVar(&s.handoffAnswer, "handoff-answer", "", "read the answer of that script from `FILE`; - is standard input, to be pasted")
	f.BoolVar(&s.allowUndocumented, "allow-undocumented-api", false, "consent to write SSPR settings through the portal's own, undocumented service")
	f.BoolVar(&s.accountUnlock, "account-unlock", true, "allow users to unlock accounts without resetting their password")
}

// asked are the flags that say that the cloud stages are wanted.
var asked = []string{"tenant", "auth", "sync", "sync-server", "writeback-method", "sspr-method", "handoff-script", "handoff-answer",
	"graph-token-file", "portal-token-file", "account-unlock", "allow-undocumented-api"}

func (s *cloudSettings) check() error {
	if err := cloudconfig.Cloud(s.cloud).Unsupported(); err != nil {
		return usagef("--cloud %s: %w", s.cloud, err)
	}
	err := oneOf(
		choice{"cloud", s.cloud, allowed("cloud")},
		choice{"auth", s.auth, append(allowed("auth"), "")},
		choice{"sync", s.sync, append(allowed("sync"), "")},
		choice{"writeback-method", s.writebackMethod, allowed("writeback-method")},
		choice{"sspr-method", s.ssprMethod, allowed("sspr-method")},
	)
	switch {
	case err != nil:
		return err
	case s.ssprMethod == "portal" && !s.allowUndocumented:
		return usagef("--sspr-method portal writes through a service that Microsoft does not document: add --allow-undocumented-api to consent, or use --sspr-method manual")
	case slices.Contains([]string{"client-secret", "client-certificate"}, s.auth) && (s.tenant == "" || s.clientID == ""):
		return usagef("--auth %s needs --tenant and --client-id", s.auth)
	case s.auth == "client-certificate" && s.clientCertificate == "":
		return usagef("--auth client-certificate needs --client-certificate FILE")
	}
	return nil
}
