/**
 * Imported before the toolkit: it makes a style element while it is loaded, and takes the page's nonce, which the content
 * security policy asks for, from this meta element.
 */
const nonce = document.currentScript?.nonce;
if (nonce) {
  const meta = document.createElement('meta');
  meta.setAttribute('property', 'csp-nonce');
  meta.content = nonce;
  document.head.append(meta);
}

export {};
