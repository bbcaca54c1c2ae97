// Links as people paste them.

/** Takes out what a mail program puts around a link and into it: blanks, ends of lines, brackets. */
export function pastedLink(pasted: string): string {
  return pasted.replace(/\s+/g, "").replace(/^<(.*)>$/, "$1");
}

/** What stands behind the `#` of a link to this very page; nothing if it leads elsewhere. */
export function fragmentHere(link: string, page: string): string | null {
  const [there, fragment] = parted(link);
  return fragment !== "" && there === parted(page)[0] ? `#${fragment}` : null;
}

function parted(address: string): [string, string] {
  const at = address.indexOf("#");
  return at < 0 ? [address, ""] : [address.slice(0, at), address.slice(at + 1)];
}
