/*
 * What Wine 8 lacks and the Windows build needs, as a DLL that Go's runtime
 * loads before it does anything else. Only tests use it.
 *
 * - ProcessPrng, the random bytes of bcryptprimitives.dll, is there under the
 *   older name of RtlGenRandom (SystemFunction036).
 * - Deleting a file by its handle the POSIX way (FileDispositionInformationEx)
 *   is answered "not implemented"; Windows before version 1607 says "no such
 *   information class", which Go knows how to go on from.
 * - Wine's console shows escape sequences as characters, where that of Windows
 *   10 and later obeys them (ENABLE_VIRTUAL_TERMINAL_PROCESSING). Where that is
 *   switched on, what is written goes to the Unix terminal as it is, which obeys
 *   them. Keys and the console's modes and size remain Wine's affair.
 */
#include <windows.h>
#include <winternl.h>

BOOLEAN NTAPI SystemFunction036(PVOID bytes, ULONG count);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count)
{
	return SystemFunction036(bytes, (ULONG)count);
}

#define INFORMATION_BY_HANDLE_EX 64 /* FileDispositionInformationEx */

static NTSTATUS NTAPI set_information(HANDLE file, PIO_STATUS_BLOCK io, PVOID info, ULONG size, FILE_INFORMATION_CLASS class)
{
	if ((int)class == INFORMATION_BY_HANDLE_EX)
		return (NTSTATUS)0xc0000003; /* STATUS_INVALID_INFO_CLASS */
	return NtSetInformationFile(file, io, info, size, class);
}

/* Wine leaves the Unix process's standard output where it was. */
static long unix_write(const char *text, long size)
{
	long result;
	__asm__ volatile("syscall" : "=a"(result) : "a"(1L), "D"(1L), "S"(text), "d"(size) : "rcx", "r11", "memory");
	return result;
}

static CRITICAL_SECTION one_at_a_time;

static BOOL pass_on(const WCHAR *text, DWORD count)
{
	static char out[3 * 32768];
	int at = 0, size = WideCharToMultiByte(CP_UTF8, 0, text, (int)count, out, sizeof out, NULL, NULL);
	long written;

	if (count > 0 && size == 0)
		return FALSE;
	while (at < size) {
		if ((written = unix_write(out + at, size - at)) <= 0)
			return FALSE;
		at += (int)written;
	}
	return TRUE;
}

static BOOL WINAPI write_console(HANDLE console, const WCHAR *text, DWORD count, DWORD *written, void *reserved)
{
	DWORD mode;
	BOOL done;

	if (!GetConsoleMode(console, &mode) || !(mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING))
		return WriteConsoleW(console, text, count, written, reserved);
	EnterCriticalSection(&one_at_a_time);
	done = pass_on(text, count);
	LeaveCriticalSection(&one_at_a_time);
	if (done && written)
		*written = count;
	return done;
}

/* near_jump makes a jump to a function within the 4 GiB above a module, which is
 * what an entry of its export table can name. */
static DWORD near_jump(BYTE *base, void *function)
{
	BYTE *at = base, *jump = NULL;

	while (!jump && at - base < 0x70000000)
		jump = VirtualAlloc(at += 0x100000, 12, MEM_RESERVE | MEM_COMMIT, PAGE_EXECUTE_READWRITE);
	if (!jump)
		return 0;
	jump[0] = 0x48, jump[1] = 0xb8; /* mov rax, function */
	*(void **)(jump + 2) = function;
	jump[10] = 0xff, jump[11] = 0xe0; /* jmp rax */
	return (DWORD)(jump - base);
}

/* replace has whoever asks for an exported function from now on find another. */
static BOOL replace(const char *module, const char *name, void *function)
{
	BYTE *base = (BYTE *)GetModuleHandleA(module);
	IMAGE_NT_HEADERS *head = (IMAGE_NT_HEADERS *)(base + ((IMAGE_DOS_HEADER *)base)->e_lfanew);
	IMAGE_EXPORT_DIRECTORY *exports = (IMAGE_EXPORT_DIRECTORY *)
		(base + head->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT].VirtualAddress);
	DWORD *names = (DWORD *)(base + exports->AddressOfNames);
	WORD *ordinals = (WORD *)(base + exports->AddressOfNameOrdinals);
	DWORD i, before, *entry, jump = near_jump(base, function);

	for (i = 0; i < exports->NumberOfNames && lstrcmpA((char *)base + names[i], name); i++)
		;
	if (i == exports->NumberOfNames || jump == 0)
		return FALSE;
	entry = (DWORD *)(base + exports->AddressOfFunctions) + ordinals[i];
	if (!VirtualProtect(entry, sizeof *entry, PAGE_READWRITE, &before))
		return FALSE;
	*entry = jump;
	return VirtualProtect(entry, sizeof *entry, before, &before);
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD why, void *reserved)
{
	if (why != DLL_PROCESS_ATTACH)
		return TRUE;
	InitializeCriticalSection(&one_at_a_time);
	return replace("ntdll.dll", "NtSetInformationFile", set_information) &&
		replace("kernel32.dll", "WriteConsoleW", write_console);
}
