package secdesc

// The tokens of SDDL (MS-DTYP 2.5.1.1). Order matters where a list is printed.

// aceTokens names the ACE types that SDDL has a word for.
var aceTokens = map[ACEType]string{
	AccessAllowed: "A", AccessDenied: "D", SystemAudit: "AU", SystemAlarm: "AL",
	AccessAllowedObject: "OA", AccessDeniedObject: "OD", SystemAuditObject: "OU", SystemAlarmObject: "OL",
	AccessAllowedCallback: "XA", AccessDeniedCallback: "XD", SystemAuditCallback: "XU", AccessAllowedCallbackObject: "ZA",
	SystemMandatoryLabel: "ML", SystemResourceAttribute: "RA", SystemScopedPolicyID: "SP",
	SystemProcessTrustLabel: "TL", SystemAccessFilter: "FL",
}

var aceTypeOf = invert(aceTokens)

func invert[K, V comparable](m map[K]V) map[V]K {
	out := make(map[V]K, len(m))
	for k, v := range m {
		out[v] = k
	}
	return out
}

type flagToken struct {
	token string
	flag  ACEFlags
}

var flagTokens = []flagToken{
	{"OI", ObjectInherit}, {"CI", ContainerInherit}, {"NP", NoPropagate}, {"IO", InheritOnly},
	{"ID", Inherited}, {"CR", CriticalACE}, {"SA", SuccessfulAccess}, {"FA", FailedAccess},
}

// filterFlag is only read: it is SA's bit in an access filter ACE.
var filterFlag = flagToken{"TP", TrustProtectedFilter}

type rightToken struct {
	token string
	mask  AccessMask
}

// rightTokens are printed and read; one bit each.
var rightTokens = []rightToken{
	{"CC", CreateChild}, {"DC", DeleteChild}, {"LC", ListChildren}, {"SW", SelfWrite},
	{"RP", ReadProperty}, {"WP", WriteProperty}, {"DT", DeleteTree}, {"LO", ListObject}, {"CR", ControlAccess},
	{"SD", Delete}, {"RC", ReadControl}, {"WD", WriteDACL}, {"WO", WriteOwner},
	{"GA", GenericAll}, {"GX", GenericExecute}, {"GW", GenericWrite}, {"GR", GenericRead},
}

// compoundRights are only read: whole sets for files and registry keys.
var compoundRights = []rightToken{
	{"FA", 0x1f01ff}, {"FR", 0x120089}, {"FW", 0x120116}, {"FX", 0x1200a0},
	{"KA", 0xf003f}, {"KR", 0x20019}, {"KW", 0x20006}, {"KX", 0x20019},
}

// labelRights are the policy bits of a mandatory label (MS-DTYP 2.4.4.13).
var labelRights = []rightToken{{"NW", 0x1}, {"NR", 0x2}, {"NX", 0x4}}

// wellKnown are the two-letter names of fixed SIDs.
var wellKnown = map[string]SID{
	"WD": newSID(1, 0), "CO": newSID(3, 0), "CG": newSID(3, 1), "OW": newSID(3, 4),
	"NU": newSID(5, 2), "IU": newSID(5, 4), "SU": newSID(5, 6), "AN": newSID(5, 7), "ED": newSID(5, 9),
	"PS": newSID(5, 10), "AU": newSID(5, 11), "RC": newSID(5, 12), "SY": newSID(5, 18),
	"LS": newSID(5, 19), "NS": newSID(5, 20), "WR": newSID(5, 33), "UD": newSID(5, 84, 0, 0, 0, 0, 0),
	"BA": builtin(544), "BU": builtin(545), "BG": builtin(546), "PU": builtin(547), "AO": builtin(548),
	"SO": builtin(549), "PO": builtin(550), "BO": builtin(551), "RE": builtin(552), "RU": builtin(554),
	"RD": builtin(555), "NO": builtin(556), "MU": builtin(558), "LU": builtin(559), "IS": builtin(568),
	"CY": builtin(569), "ER": builtin(573), "CD": builtin(574), "RA": builtin(575), "ES": builtin(576),
	"MS": builtin(577), "HA": builtin(578), "AA": builtin(579), "RM": builtin(580), "HO": builtin(584),
	"AC": newSID(15, 2, 1),
	"LW": newSID(16, 4096), "ME": newSID(16, 8192), "MP": newSID(16, 8448), "HI": newSID(16, 12288), "SI": newSID(16, 16384),
	"AS": newSID(18, 1), "SS": newSID(18, 2),
}

var wellKnownNames = invert(wellKnown)

// domainRIDs are the names that stand for an account of the domain.
var domainRIDs = map[string]uint32{
	"LA": 500, "LG": 501, "DA": 512, "DU": 513, "DG": 514, "DC": 515, "DD": 516, "CA": 517, "PA": 520,
	"CN": 522, "AP": 525, "KA": 526, "RS": 553,
}

// forestRIDs are the names that stand for a group of the forest's root domain.
var forestRIDs = map[string]uint32{"RO": 498, "SA": 518, "EA": 519, "EK": 527}

func builtin(rid uint32) SID { return newSID(5, 32, rid) }
