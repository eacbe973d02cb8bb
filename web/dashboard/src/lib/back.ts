/** Where to go after signing in: only a path of our own, so that nobody is sent elsewhere. */
export function safeBack(back: string | undefined): string {
  return back && /^\/(?![/\\])/.test(back) && !back.startsWith("/sign-in") ? back : "/inbox";
}
