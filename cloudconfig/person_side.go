package cloudconfig

// SSPRReason is what the verdict on SSPROn does to every user's password; no code where
// the tenant hands resets over, or nobody knows.
func (v Verdict) SSPRReason() Reason {
	if v.State != IsOff {
		return Reason{}
	}
	return Reason{Code: "sspr-off", Weight: Hinders, Fix: "writeback plan shows what is needed",
		Text: "the tenant does not write self-service resets back: " + v.By.What}
}

// Reason is what the verdict on WritebackOn does to every user's password: nothing is
// written back where it is off, and nothing is promised where it is not proven. It
// never blocks: whether one user can be reached is another question.
// against is what speaks against the sync server that was asked. Code is "" where it
// is verified, or a person vouches for it.
func (v Verdict) Reason(against []Mismatch) Reason {
	const fix = "writeback plan shows what is needed, writeback verify what is known"
	switch {
	case v.State == IsOff:
		return Reason{Code: "writeback-off", Weight: Hinders, Fix: fix,
			Text: "the sync product writes no password back: " + v.By.What}
	case v.State == Unknown && len(v.Conflicts) > 0:
		return Reason{Code: "writeback-unproven", Weight: Hinders, Fix: fix,
			Text: "whether the sync product writes passwords back is not known: " + v.Conflicts[0].Against.What}
	case v.State == Unknown && len(against) > 0:
		return Reason{Code: against[0].Code, Weight: Hinders, Text: against[0].Text, Fix: against[0].Fix}
	case v.State == Unknown:
		return Reason{Code: "writeback-unproven", Weight: Notes, Fix: fix,
			Text: "nothing that was asked tells whether the sync product writes passwords back"}
	}
	return Reason{}
}
