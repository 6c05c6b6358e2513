// Package guide asks a person for what the settings do not say yet: settings in, settings
// out. It knows no client, only the session that its answers open.
package guide
