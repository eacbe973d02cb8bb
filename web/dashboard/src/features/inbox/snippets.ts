/** Code to copy: how a company's server vouches for a visitor, and how its pages load the chat. Pure; no word of it is translated. */

export const SERVERS = ["node", "php", "python", "ruby"] as const;
export type ServerKind = (typeof SERVERS)[number];

export const PAGES = ["page", "react", "vue", "wordpress", "gtm"] as const;
export type PageKind = (typeof PAGES)[number];

/** A token for `user`, good for ten minutes, with what each language brings along. */
export function serverCode(kind: ServerKind, key: string): string {
  return {
    node: `import { createHmac, randomUUID } from "node:crypto";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

export function chatToken(user) {
  const claims = { sub: String(user.id), name: user.name, email: user.email,
    aud: "${key}", exp: Math.floor(Date.now() / 1000) + 600, jti: randomUUID() };
  const signed = part({ alg: "HS256", typ: "JWT" }) + "." + part(claims);
  const secret = process.env.CHATDESK_SECRET;
  return signed + "." + createHmac("sha256", secret).update(signed).digest("base64url");
}`,
    php: `function chat_token($user) {
  $part = fn($text) => rtrim(strtr(base64_encode($text), "+/", "-_"), "=");
  $claims = ["sub" => (string) $user->id, "name" => $user->name, "email" => $user->email,
    "aud" => "${key}", "exp" => time() + 600, "jti" => bin2hex(random_bytes(16))];
  $signed = $part(json_encode(["alg" => "HS256", "typ" => "JWT"])) . "." . $part(json_encode($claims));
  return $signed . "." . $part(hash_hmac("sha256", $signed, getenv("CHATDESK_SECRET"), true));
}`,
    python: `import base64, hashlib, hmac, json, os, time, uuid

def part(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

def chat_token(user):
    claims = {"sub": str(user.id), "name": user.name, "email": user.email,
              "aud": "${key}", "exp": int(time.time()) + 600, "jti": str(uuid.uuid4())}
    signed = part(b'{"alg":"HS256","typ":"JWT"}') + "." + part(json.dumps(claims).encode())
    seal = hmac.new(os.environ["CHATDESK_SECRET"].encode(), signed.encode(), hashlib.sha256)
    return signed + "." + part(seal.digest())`,
    ruby: `require "base64"
require "json"
require "openssl"
require "securerandom"

def chat_token(user)
  part = ->(data) { Base64.urlsafe_encode64(data, padding: false) }
  claims = { sub: user.id.to_s, name: user.name, email: user.email,
             aud: "${key}", exp: Time.now.to_i + 600, jti: SecureRandom.uuid }
  signed = "#{part.({ alg: "HS256", typ: "JWT" }.to_json)}.#{part.(claims.to_json)}"
  seal = OpenSSL::HMAC.digest("SHA256", ENV.fetch("CHATDESK_SECRET"), signed)
  "#{signed}.#{part.(seal)}"
end`,
  }[kind];
}

/** How a page loads the chat and says who is there. `tag` is the one-line snippet. */
// long: five pieces of code, told as they are to be copied
export function pageCode(kind: PageKind, tag: string, key: string): string {
  const src = /src="([^"]+)"/.exec(tag)?.[1] ?? "";
  const stub =
    "window.chatdesk ||= function () { (chatdesk.q = chatdesk.q || []).push(arguments) };";
  return {
    page: `<script>
  ${stub}
  chatdesk("identify", { token: "THE TOKEN FROM YOUR SERVER" });
</script>
${tag}`,
    react: `import { useEffect } from "react";

export function Chat({ token }) {
  useEffect(() => {
    ${stub}
    if (!document.querySelector('script[data-key="${key}"]')) {
      const script = document.createElement("script");
      Object.assign(script, { async: true, src: "${src}" });
      script.dataset.key = "${key}";
      document.head.append(script);
    }
  }, []);
  useEffect(() => {
    if (token) chatdesk("identify", { token });
  }, [token]);
  return null;
}`,
    vue: `<script setup>
import { onMounted, watch } from "vue";

const props = defineProps({ token: String });
const identify = () => props.token && chatdesk("identify", { token: props.token });
onMounted(() => {
  ${stub}
  if (!document.querySelector('script[data-key="${key}"]')) {
    const script = document.createElement("script");
    Object.assign(script, { async: true, src: "${src}" });
    script.dataset.key = "${key}";
    document.head.append(script);
  }
  identify();
});
watch(() => props.token, identify);
</script>
<template></template>`,
    wordpress: `// In your theme's functions.php, with chat_token() from above.
add_action("wp_footer", function () { ?>
  <script>
    ${stub}
    <?php if (is_user_logged_in()) { $u = wp_get_current_user();
      $user = (object) ["id" => $u->ID, "name" => $u->display_name, "email" => $u->user_email]; ?>
      chatdesk("identify", { token: <?php echo wp_json_encode(chat_token($user)); ?> });
    <?php } ?>
  </script>
  ${tag}
<?php });`,
    gtm: `<!-- A tag of the kind "Custom HTML", on all pages. Your page pushes { chatToken: "…" } into the data layer;
     {{Chat token}} is a variable that reads it. -->
<script>
  ${stub}
  if ({{Chat token}}) chatdesk("identify", { token: {{Chat token}} });
  var script = document.createElement("script");
  script.async = true;
  script.src = "${src}";
  script.dataset.key = "${key}";
  document.head.appendChild(script);
</script>`,
  }[kind];
}
