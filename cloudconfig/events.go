package cloudconfig

import (
	"fmt"
	"time"
)

// EventMeaning is what an event of the sync server's application log means
// (Microsoft's troubleshooting page for writeback).
type EventMeaning struct {
	Name string
	Text string
	Sign Sign   // what it shows of the way from the tenant to AD; "" where nothing
	Fix  string // what to do about it; "" where nothing is wrong
}

// Meaning looks an event up.
func Meaning(id int) (EventMeaning, bool) {
	m, ok := events[id]
	return m, ok
}

// EventIDs lists the events that are worth reading, in no order.
func EventIDs() []int {
	out := make([]int, 0, len(events))
	for id := range events {
		out = append(out, id)
	}
	return out
}

const (
	switchAgain  = "disable password writeback on the sync server and enable it again"
	checkNetwork = "check outbound 443 to *.passwordreset.microsoftonline.com and *.servicebus.windows.net, the proxy and its idle timeout"
	otherAdmin   = "use a cloud-only administrator that may configure the sync server, not a federated one"
	checkRights  = "check the rights of the connector account on this user, blocked inheritance and protected groups, and the restriction of remote calls to SAM"
)

var events = map[int]EventMeaning{
	31001: {Name: "PasswordResetStart", Text: "a self-service reset arrived"},
	31002: {Name: "PasswordResetSuccess", Text: "a self-service reset was written back", Sign: Written},
	31003: {Name: "PasswordResetFail", Text: "AD refused a self-service reset", Fix: "see the event beside it for the reason: policy, rights or a protected group"},
	31004: {Name: "OnboardingEventStart", Text: "writeback is being enabled"},
	31005: {Name: "OnboardingEventSuccess", Text: "writeback was enabled", Sign: Onboarded},
	31006: {Name: "ChangePasswordStart", Text: "a password change arrived"},
	31007: {Name: "ChangePasswordSuccess", Text: "a password change was written back", Sign: Written},
	31008: {Name: "ChangePasswordFail", Text: "AD refused a password change", Fix: "see the event beside it for the reason"},
	31009: {Name: "ResetUserPasswordByAdminStart", Text: "a reset by an administrator arrived"},
	31010: {Name: "ResetUserPasswordByAdminSuccess", Text: "a reset by an administrator was written back", Sign: Written},
	31011: {Name: "ResetUserPasswordByAdminFail", Text: "AD refused a reset by an administrator", Fix: "see the event beside it for the reason"},
	31012: {Name: "OffboardingEventStart", Text: "writeback is being disabled"},
	31013: {Name: "OffboardingEventSuccess", Text: "writeback was disabled", Sign: Offboarded},
	31014: {Name: "OffboardingEventFail", Text: "writeback could not be disabled", Fix: otherAdmin},
	31015: {Name: "WriteBackServiceStarted", Text: "the writeback service started", Sign: Started},
	31016: {Name: "WriteBackServiceStopped", Text: "the writeback service stopped", Sign: Down},
	31017: {Name: "AuthTokenSuccess", Text: "the administrator's token was obtained"},
	31018: {Name: "KeyPairCreationSuccess", Text: "the encryption key was made"},
	31019: {Name: "ServiceBusHeartBeat", Text: "the service is in touch with the relay", Sign: Beat},
	31034: {Name: "ServiceBusListenerError", Text: "the relay could not be reached", Sign: Down, Fix: "check the root certificates and whether TLS is inspected on the way"},
	31042: {Name: "PasswordResetService healthy", Text: "all relay hosts run that are needed", Sign: Started},
	31044: {Name: "PasswordResetService unhealthy", Text: "fewer relay hosts run than are needed", Sign: Down, Fix: "check the clock, TLS 1.2 and outbound 443"},
	32000: {Name: "UnknownError", Text: "an unknown error", Sign: Lost, Fix: switchAgain},
	32001: {Name: "ServiceError", Text: "the cloud service could not be reached", Sign: Lost, Fix: checkNetwork},
	32002: {Name: "ServiceBusError", Text: "the relay could not be reached", Sign: Down, Fix: checkNetwork},
	32003: {Name: "InPutValidationError", Text: "a request was malformed", Sign: Lost, Fix: switchAgain},
	32004: {Name: "DecryptionError", Text: "a password could not be decrypted", Sign: Lost, Fix: switchAgain},
	32005: {Name: "ConfigurationError", Text: "the tenant's configuration could not be read", Sign: Lost, Fix: switchAgain},
	32007: {Name: "OnBoardingConfigUpdateError", Text: "the configuration could not be written while enabling", Fix: switchAgain},
	32008: {Name: "ValidationError", Text: "the cloud's answer did not pass the check", Sign: Lost, Fix: switchAgain},
	32009: {Name: "AuthTokenError", Text: "the administrator's token was refused", Fix: otherAdmin},
	32010: {Name: "CryptoError", Text: "the encryption key could not be used", Sign: Lost, Fix: "check the server's cryptographic settings, then " + switchAgain},
	32011: {Name: "OnBoardingServiceError", Text: "the service could not be reached while enabling", Fix: checkNetwork + "; " + otherAdmin},
	32013: {Name: "OffBoardingError", Text: "the service could not be reached while disabling", Fix: checkNetwork + "; " + otherAdmin},
	32014: {Name: "ServiceBusWarning", Text: "the relay was lost for a while"},
	32015: {Name: "ReportServiceHealthError", Text: "a heartbeat could not be sent"},
	33001: {Name: "ADUnKnownError", Text: "AD answered with an unknown error", Fix: "see the ADSync event beside it; OU names with reserved characters are one cause"},
	33002: {Name: "ADUserNotFoundError", Text: "the user was not found in AD", Sign: Reached, Fix: "check that the user is in scope of synchronisation and joined"},
	33003: {Name: "ADMutliMatchError", Text: "several users match", Sign: Reached, Fix: "check that the user is synchronised from one forest only"},
	33004: {Name: "ADPermissionsError", Text: "the connector account may not write to this user", Sign: Reached, Fix: checkRights},
	33005: {Name: "ADUserAccountDisabled", Text: "the user is disabled in AD", Sign: Reached},
	33006: {Name: "ADUserAccountLockedOut", Text: "the user is locked out in AD", Sign: Reached},
	33007: {Name: "ADUserIncorrectPassword", Text: "the user's old password was wrong", Sign: Reached},
	33008: {Name: "ADPasswordPolicyError", Text: "the new password misses the domain's policy", Sign: Reached, Fix: "check age, history, complexity and password filters"},
	33009: {Name: "ADConfigurationError", Text: "AD is not configured for it", Fix: "see the ADSync event beside it"},
	6329:  {Name: "ADSync error", Text: "the synchronisation engine reports an error of AD", Fix: "0x80230619 is the password policy, 0x8023061f means that writeback is not enabled for this forest: " + switchAgain},
	6800:  {Name: "ADSync endpoint", Text: "the writeback endpoint did not start with the service", Fix: "restart the service ADSync"},
}

// mostOfKind is how many events of a kind a sync server is asked for.
const mostOfKind = 200

// often says how many events of this kind there were. Of heartbeats the newest few are
// asked for.
func (e Event) often() string {
	if e.Count < 2 || e.First == nil || events[e.ID].Sign == Beat {
		return ""
	}
	least := ""
	if e.Count >= mostOfKind {
		least = "at least "
	}
	return fmt.Sprintf(" (%s%d of them since %s)", least, e.Count, e.First.UTC().Format(time.RFC3339))
}
