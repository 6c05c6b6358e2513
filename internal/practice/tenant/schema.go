package tenant

import (
	"slices"
	"strings"
)

// The properties of each entity that can be asked for, in the order of the CSDL: a request that names another is refused.

// kind is the type of a property, as far as a filter needs it.
type kind int

const (
	other   kind = iota // cannot be filtered
	text                // Edm.String, Edm.Guid, enumerations
	boolean             // Edm.Boolean
	instant             // Edm.DateTimeOffset
)

type property struct {
	name string
	kind kind
	ops  string // what $filter may do with it, words between blanks
	rare bool   // it is there only where $select names it
	any  string // fields of a collection's elements that $filter may compare inside of any, words between blanks
}

type entity struct {
	name       string // without the namespace
	properties []property
	order      []string // what $orderby takes
	page, most int      // how many there are on a page where $top is silent, and at most
	eventual   bool     // $count needs the header ConsistencyLevel: eventual
}

func (e *entity) property(name string) (property, bool) {
	i := slices.IndexFunc(e.properties, func(p property) bool { return p.name == name })
	if i < 0 {
		return property{}, false
	}
	return e.properties[i], true
}

func (p property) takes(op string) bool { return slices.Contains(strings.Fields(p.ops), op) }

func plain(names string) (out []property) {
	for _, n := range strings.Fields(names) {
		out = append(out, property{name: n})
	}
	return out
}

func join(all ...[]property) []property { return slices.Concat(all...) }

var organizationEntity = &entity{name: "organization", page: 100, most: 999, properties: plain(`id deletedDateTime assignedPlans businessPhones city
	country countryLetterCode createdDateTime defaultUsageLocation displayName marketingNotificationEmails mobileDeviceManagementAuthority
	onPremisesLastSyncDateTime onPremisesSyncEnabled partnerTenantType postalCode preferredLanguage privacyProfile provisionedPlans
	securityComplianceNotificationMails securityComplianceNotificationPhones state street technicalNotificationMails tenantType verifiedDomains`)}

var behaviorEntity = &entity{name: "onPremisesSyncBehavior", properties: plain("id isCloudManaged")}

var syncEntity = &entity{name: "onPremisesDirectorySynchronization", page: 100, most: 999, properties: plain("id configuration features")}

var skuEntity = &entity{name: "subscribedSku", page: 999, most: 999, properties: plain(`id accountId accountName appliesTo capabilityStatus
	consumedUnits prepaidUnits servicePlans skuId skuPartNumber subscriptionIds`)}

// registrationEntity: its page of the reference names $filter alone among what is used; $select and $top are taken, and nothing should depend on it.
var registrationEntity = &entity{name: "userRegistrationDetails", page: 999, most: 999, properties: join(
	plain("id"),
	booleans("isAdmin isMfaCapable isMfaRegistered isPasswordlessCapable isSsprCapable isSsprEnabled isSsprRegistered"),
	plain("isSystemPreferredAuthenticationMethodEnabled lastUpdatedDateTime methodsRegistered systemPreferredAuthenticationMethods"),
	[]property{{name: "userDisplayName", kind: text, ops: "eq startswith"}},
	plain("userPreferredMethodForSecondaryAuthentication"),
	[]property{{name: "userPrincipalName", kind: text, ops: "eq startswith"}, {name: "userType", kind: text, ops: "eq"}},
)}

func booleans(names string) (out []property) {
	for _, n := range strings.Fields(names) {
		out = append(out, property{name: n, kind: boolean, ops: "eq"})
	}
	return out
}

// userEntity is not in the excerpt of the CSDL: these are the documented names of what is used.
var userEntity = &entity{name: "user", page: 100, most: 999, eventual: true, properties: []property{
	{name: "businessPhones"},
	{name: "displayName", kind: text, ops: "eq startswith"},
	{name: "id", kind: text, ops: "eq"},
	{name: "mail", kind: text, ops: "eq startswith"},
	{name: "userPrincipalName", kind: text, ops: "eq startswith"},
	{name: "accountEnabled", kind: boolean, ops: "eq", rare: true},
	{name: "assignedPlans", rare: true},
	{name: "onPremisesDomainName", rare: true},
	{name: "onPremisesImmutableId", kind: text, ops: "eq", rare: true},
	{name: "onPremisesLastSyncDateTime", kind: instant, ops: "eq ge le", rare: true},
	{name: "onPremisesSamAccountName", rare: true},
	{name: "onPremisesSecurityIdentifier", kind: text, ops: "eq", rare: true},
	{name: "onPremisesSyncEnabled", kind: boolean, ops: "eq", rare: true},
	{name: "userType", kind: text, ops: "eq", rare: true},
}}

var auditEntity = &entity{name: "directoryAudit", page: 1000, most: 1000, order: []string{"activityDateTime"}, properties: join(
	plain("id"),
	[]property{
		{name: "activityDateTime", kind: instant, ops: "eq ge le gt lt"},
		{name: "activityDisplayName", kind: text, ops: "eq startswith"},
		{name: "additionalDetails"},
		{name: "category", kind: text, ops: "eq"},
		{name: "correlationId", kind: text, ops: "eq"},
		{name: "initiatedBy"},
		{name: "loggedByService", kind: text, ops: "eq"},
		{name: "operationType"},
		{name: "result", kind: text, ops: "eq"},
		{name: "resultReason"},
		{name: "targetResources", any: "id displayName"},
	},
)}

var policyEntity = &entity{name: "authorizationPolicy", page: 1, most: 1, properties: plain(`id deletedDateTime description displayName
	allowedToSignUpEmailBasedSubscriptions allowedToUseSSPR allowEmailVerifiedUsersToJoinOrganization allowInvitesFrom allowUserConsentForRiskyApps
	blockMsolPowerShell defaultUserRolePermissions guestUserRoleId`)}

var roleEntity = &entity{name: "directoryRole", page: 100, most: 999, eventual: true, properties: plain("id deletedDateTime description displayName roleTemplateId")}
