/** How long a browser may take to fetch what it was given to save. */
const savedWithinMs = 60_000;

/** Saves a text as a file of the viewer's. @param type its media type */
export function saveFile(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), savedWithinMs);
}
