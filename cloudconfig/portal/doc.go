// Package portal reads and writes what the admin center's page "Password reset >
// On-premises integration" shows, through the service behind that page. It is a
// client: it decides nothing, and it knows no directory and no stage.
//
// The service is not documented and may change any day. What is known of it was
// seen in other programs, so that this one does as little as it can:
//
//   - An answer that is not of the shape that was seen is an error, and nothing
//     is written: [ShapeError].
//   - A write is one field, in the body that was seen to work, and no other.
//   - A token is looked at before it is sent: the service takes delegated tokens
//     of Microsoft's own clients only.
//   - Tokens are in no error and no [Operation]; of an answer, an error has the
//     service's own message at most, shortened and made harmless.
//
// Errors that have a method NotWritten say with it whether the call that returned
// them surely wrote nothing. Where it is missing or false, a write is in doubt.
package portal
