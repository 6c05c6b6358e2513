// Package chromium opens pages in a real browser, for tests: as they look on a
// screen, light or dark, narrow or wide, and as they are printed. [Page.Faults]
// is what a person who reads the page would stumble over, measured in the page
// itself. It knows no report: a page is a file, whoever wrote it.
//
// The browser is Debian's package chromium, and pdftotext of poppler-utils reads
// what was printed. Where they are missing the test is skipped with the reason; with
// REQUIRE_CHROMIUM=1 in the environment it fails instead. In the quick tier it is
// skipped in any case.
package chromium
