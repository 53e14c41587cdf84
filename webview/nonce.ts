/**
 * Must be imported before the toolkit, which creates a style element while it loads. The content security
 * policy requires a nonce for it, and the toolkit takes that from this meta element.
 */
const nonce = document.currentScript?.nonce;
if (nonce) {
  const meta = document.createElement('meta');
  meta.setAttribute('property', 'csp-nonce');
  meta.content = nonce;
  document.head.append(meta);
}

export {};
