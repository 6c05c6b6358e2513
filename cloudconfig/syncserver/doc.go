// Package syncserver asks a sync server how password writeback stands, and
// switches it, through Microsoft's cmdlets for Entra Connect and Cloud Sync. It
// is a client: it decides nothing, and it knows no directory and no stage.
//
// The scripts are constant text, embedded from the directory scripts. What they
// are to work with goes to them as JSON and never becomes part of a command.
// They run on this computer ([Local]), on another one through PowerShell
// remoting ([Remote]), or are handed to a person who runs them there
// ([Handoff]). Each answers with one JSON document: [Document].
//
// Errors that have a method NotWritten say with it whether the call that returned
// them surely wrote nothing. Where it is missing or false, a switch is in doubt.
//
// The scripts have not been run on a real sync server yet. Their cmdlets and
// parameters are those of Microsoft's documentation, as far as there is any: of
// Get-ADSyncAADPasswordResetConfiguration only the fields are known that others
// saw.
package syncserver
