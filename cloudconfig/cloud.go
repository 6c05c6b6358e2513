package cloudconfig

import (
	"fmt"
	"strings"
)

// Cloud is one of Microsoft's clouds.
type Cloud string

// The clouds, as --cloud names them.
const (
	Global   Cloud = "global"
	USGov    Cloud = "usgov"    // GCC High
	USGovDoD Cloud = "usgovdod" // Department of Defense
	China    Cloud = "china"    // operated by 21Vianet
)

// Endpoints are the places of a cloud: URLs without a slash at the end. An
// empty one is not documented: it must be given by hand.
type Endpoints struct {
	Login  string // the authority that issues tokens
	Graph  string // the part before /v1.0
	Portal string // the part before /api of the portal's own settings service
	Admin  string // the admin center that people open
}

var endpoints = map[Cloud]Endpoints{
	Global:   {"https://login.microsoftonline.com", "https://graph.microsoft.com", "https://main.iam.ad.ext.azure.com", "https://entra.microsoft.com"},
	USGov:    {"https://login.microsoftonline.us", "https://graph.microsoft.us", "", "https://entra.microsoft.us"},
	USGovDoD: {"https://login.microsoftonline.us", "https://dod-graph.microsoft.us", "", "https://entra.microsoft.us"},
	China:    {"https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn", "", "https://entra.microsoftonline.cn"},
}

// otherClouds are national clouds with endpoints of their own, by second-hand
// sources of 2026-11-28.
var otherClouds = map[string]string{"bleu": "Bleu (France)", "delos": "Delos (Germany)", "govsg": "GovSG (Singapore)"}

// Clouds lists the names.
func Clouds() []Cloud { return []Cloud{Global, USGov, USGovDoD, China} }

// Endpoints gives the places of the cloud.
func (c Cloud) Endpoints() (Endpoints, error) {
	if err := c.Unsupported(); err != nil {
		return Endpoints{}, err
	}
	e, ok := endpoints[c]
	if !ok {
		return Endpoints{}, fmt.Errorf("there is no cloud %q: use one of %v", c, Clouds())
	}
	return e, nil
}

// Unsupported says that it is a cloud that is known, and that no sign-in is made to
// here; nil for any other name.
func (c Cloud) Unsupported() error {
	name, known := otherClouds[strings.ToLower(string(c))]
	if !known {
		return nil
	}
	return fmt.Errorf("the cloud %s is known, and not supported here: its endpoints are not documented well enough to sign in by. The rights in Active Directory can be granted in any cloud: leave the cloud out, and say --only delegate", name)
}

// SSPRPage is the page "Password reset > On-premises integration". The path was
// copied from a script of 2023; the way through the menus is in its words beside
// it, wherever it is shown.
func (e Endpoints) SSPRPage() string {
	return e.Admin + "/#view/Microsoft_AAD_IAM/PasswordResetMenuBlade/~/OnPremisesIntegration/fromNav/Identity"
}
