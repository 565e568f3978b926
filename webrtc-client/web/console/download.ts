/** Hands `content` to the browser as a file to keep. */
export function download(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // Browsers fetch the blob after the click; a minute is more than they need.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
