package cloudconfig

import (
	"strconv"
	"strings"
)

// Version is what the documents say of one version of a sync product.
type Version struct {
	Unknown bool   // it is not of the form of a version
	Dead    bool   // it no longer works
	Text    string // what is wrong with it; "" where nothing is known
}

// Versions judges a version of a product ("connect" or "cloud") by what
// Microsoft's release notes and tutorials say.
func Versions(product, version string) Version {
	v, ok := numbers(version)
	switch {
	case !ok:
		return Version{Unknown: true}
	case product == "cloud" && older(v, 1, 1, 977):
		return Version{Text: "Cloud Sync writes passwords back from agent 1.1.977.0 on; this one is " + version}
	case product == "cloud":
		return Version{}
	case older(v, 2):
		return Version{Dead: true, Text: "Entra Connect 1 is not supported and no longer works; this one is " + version}
	case older(v, 2, 1, 19):
		return Version{Text: "before Entra Connect 2.1.19.0 resets could fail with SSPR_0029 and ERROR_ACCESS_DENIED; this one is " + version}
	case older(v, 2, 3, 20):
		return Version{Text: "before Entra Connect 2.3.20.0 resets could fail in deadlocks of its database; this one is " + version}
	}
	return Version{}
}

// numbers reads 2.3.20.0.
func numbers(version string) ([]int, bool) {
	parts := strings.Split(strings.TrimSpace(version), ".")
	if len(parts) < 2 || len(parts) > 4 {
		return nil, false
	}
	var out []int
	for _, p := range parts {
		n, err := strconv.ParseUint(p, 10, 31)
		if err != nil {
			return nil, false
		}
		out = append(out, int(n))
	}
	return out, true
}

// older says that v comes before the version of these parts.
func older(v []int, parts ...int) bool {
	for i, p := range parts {
		have := 0
		if i < len(v) {
			have = v[i]
		}
		if have != p {
			return have < p
		}
	}
	return false
}
