package tenant

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"writeback/cloudconfig"
)

// entry is an entry of the directory audit log, and since when it is found there.
type entry struct {
	cloudconfig.Audit
	number int
	found  time.Time
	// target and targetUPN are the user whom it is about; "": the first of the population.
	target, targetUPN string
}

// AddAudit puts an entry into the audit log, of now where a.At is zero. It is found there once Options.AuditDelay has passed since its time.
func (t *Tenant) AddAudit(a cloudconfig.Audit) { t.addAudit(a, "", "") }

func (t *Tenant) addAudit(a cloudconfig.Audit, target, upn string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if a.At.IsZero() {
		a.At = t.options.Clock()
	}
	t.audits = append(t.audits, entry{Audit: a, number: len(t.audits), found: a.At.Add(t.options.AuditDelay), target: target, targetUPN: upn})
}

// AddReset puts a reset into the audit log that was written back by agent, as a self-service reset of a user leaves it.
func (t *Tenant) AddReset(agent string) {
	o := t.opts()
	t.AddAudit(cloudconfig.Audit{Activity: cloudconfig.AuditSelfReset, Success: true, By: o.upn(0), Agent: agent})
}

// directoryAudits are the entries that are found as of the first page's time: a later page neither repeats nor misses one.
func (t *Tenant) directoryAudits(c *call, _ string) answer {
	o, err := c.queryOptions(auditEntity, []string{"$select", "$filter", "$orderby", "$top", "$skiptoken"})
	if err != nil {
		return c.bad("BadRequest", err.Error())
	}
	all := t.auditsAsOf(o.asOf)
	if o.rising {
		slices.Reverse(all)
	}
	return c.page(o, "auditLogs/directoryAudits", func(yield func(int, row) bool) {
		for i := o.from; i < len(all); i++ {
			if !yield(i, all[i].row()) {
				return
			}
		}
	}, nil)
}

// auditsAsOf are the entries that are found by then, newest first.
func (t *Tenant) auditsAsOf(at time.Time) (out []entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range t.audits {
		if !e.found.After(at) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b entry) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return b.number - a.number
	})
	return out
}

func (e entry) row() row {
	return func(name string) any {
		switch name {
		case "id":
			return fmt.Sprintf("SSPR_%s_%05d", guid("audit", fmt.Sprint(e.number)), e.number)
		case "activityDateTime":
			return e.At.UTC().Format("2006-01-02T15:04:05.9999999Z07:00")
		case "activityDisplayName":
			return e.Activity
		case "additionalDetails":
			return e.details()
		case "category":
			return e.category()
		case "correlationId":
			return guid("correlation", fmt.Sprint(e.number))
		case "initiatedBy":
			return e.initiator()
		case "loggedByService":
			return "Self-service Password Management"
		case "operationType":
			return "Update"
		case "result":
			if e.Success {
				return "success"
			}
			return "failure"
		case "resultReason":
			return e.Reason
		case "targetResources":
			return e.targets()
		}
		return nil
	}
}

func (e entry) switches() bool {
	return e.Activity == cloudconfig.AuditEnable || e.Activity == cloudconfig.AuditDisable
}

func (e entry) category() string {
	if e.switches() {
		return "DirectoryManagement"
	}
	return "UserManagement"
}

func (e entry) details() []object {
	out := []object{}
	if e.Agent != "" {
		out = append(out, object{"key": "OnPremisesAgent", "value": e.Agent})
	}
	return out
}

// initiator is a person where By looks like a UPN, and an application otherwise.
func (e entry) initiator() object {
	if strings.Contains(e.By, "@") {
		return object{"app": nil, "user": object{"id": guid("identity", strings.ToLower(e.By)), "displayName": nil, "userPrincipalName": e.By, "ipAddress": "203.0.113.7"}}
	}
	name := e.By
	set(&name, "Microsoft password reset service")
	return object{"user": nil, "app": object{"appId": nil, "displayName": name, "servicePrincipalId": nil, "servicePrincipalName": nil}}
}

func (e entry) targets() []object {
	if e.switches() {
		return []object{{"id": nil, "displayName": "Directory", "type": "Directory", "modifiedProperties": []object{}}}
	}
	id, upn := e.target, e.targetUPN
	set(&id, userID(0))
	set(&upn, "user000000")
	return []object{{"id": id, "displayName": nil, "type": "User", "userPrincipalName": upn, "modifiedProperties": []object{}}}
}
