import type { Located } from '../source';
import { ExpressionParser } from './expressions';
import type { Token } from './text/lexer';

/** Algorithms of keys (dhcpd.conf(5)). BIND's name for the first one has more parts. */
const ALGORITHMS = /^hmac-(md5|sha1|sha224|sha256|sha384|sha512)(\.sig-alg\.reg\.int)?\.?$/i;

/** Whether base64 of so many digits and signs of equality is whole, as dhcpd counts. */
const isWhole = (digits: number, filling: number): boolean =>
  [filling < 2, digits === 1 || filling > 0, filling === 2, filling === 1][digits % 4]!;

/** Keys, and the DNS zones updated with them. */
export class KeyParser extends ExpressionParser {
  zone(): void {
    this.next();
    const head = this.peek();
    const name = this.hostName();
    if (name === undefined) {
      this.expected('the name of the zone');
      return;
    }
    this.names.push({ role: 'zone', name, span: this.since(head), definition: true });
    if (!this.openBrace()) return;
    const seen = new Set<string>();
    while (!this.takes('}')) {
      const token = this.peek();
      if (token.word === 'key') {
        this.next();
        if (!this.keyUse()) return;
      } else if (/^(primary|secondary)6?$/.test(token.word)) {
        if (seen.has(token.word)) {
          this.wrong(
            'duplicate-key',
            this.spanOf(token),
            `Second “${token.text}”`,
            `A zone has one “${token.text}” only.`,
          );
          this.skipStatement();
          return;
        }
        seen.add(token.word);
        this.next();
        do if ((token.word.endsWith('6') ? this.address6() : this.addressOrName()) === undefined) return;
        while (this.takes(','));
        if (!this.semicolon()) return;
      } else {
        this.expected('“primary”, “secondary”, “key” or “}”');
        return;
      }
    }
  }

  protected keyUse(): boolean {
    const token = this.peek();
    const name = token.kind === 'string' ? this.next().text : this.hostName();
    if (name === undefined) return this.expected('the name of a key');
    if (!this.keys.has(name)) this.undefinedName(token, 'key', `There is no key “${name}” above this line.`);
    else this.names.push({ role: 'key', name, span: this.since(token), definition: false });
    return this.semicolon();
  }

  key(): void {
    this.next();
    const token = this.peek();
    const name = token.kind === 'string' ? this.next().text : this.hostName();
    if (name === undefined) {
      this.expected('the name of the key');
      return;
    }
    this.names.push({ role: 'key', name, span: this.since(token), definition: true });
    this.keys.add(name);
    if (!this.openBrace()) return;
    const missing = new Set(['algorithm', 'secret']);
    while (!this.takes('}')) {
      let named: string | undefined;
      missing.delete(this.peek().word);
      if (this.takesWord('algorithm')) {
        const algorithm = this.peek();
        if (this.hostName() === undefined) {
          this.expected('the name of an algorithm');
          return;
        }
        const written = this.file.text.slice(this.spanOf(algorithm).start, this.since(algorithm).end);
        if (!ALGORITHMS.test(written))
          this.findings.add({
            id: 'name-not-defined',
            severity: 'warning',
            span: this.since(algorithm),
            title: `Unknown algorithm “${written.slice(0, 60)}”`,
            explanation: `dhcpd takes the file, and can use no key of the algorithm “${written.slice(0, 60)}”: it knows hmac-md5 and hmac-sha1, -sha224, -sha256, -sha384 and -sha512.`,
            refused: false,
          });
      } else if (this.takesWord('secret')) {
        if (!this.secret()) return;
        named = 'the secret';
      } else {
        this.expected('“algorithm”, “secret” or “}”');
        return;
      }
      if (!this.semicolon(named)) return;
    }
    for (const word of missing)
      this.wrong(
        'missing-parameter',
        this.spanOf(token),
        `Key without ${word}`,
        `The key “${name}” needs its ${word}; dhcpd crashes without.`,
      );
    // BIND's form has a semicolon here as well.
    this.takes(';');
  }

  /**
   * Reads Base64, which the lexer splits into several words. Error messages never quote it, because their reader may not be allowed to know
   * the secret.
   */
  protected secret(): boolean {
    const begin = this.peek();
    let text = '';
    do text += this.next().text;
    while (!this.ended && !/^([;{}]|algorithm)$/.test(this.peek().text));
    const [, digits, filling] = /^([A-Za-z\d+/]+)(={0,3})$/.exec(text) ?? [];
    if (digits !== undefined && isWhole(digits.length, filling!.length)) return true;
    this.wrong(
      'wrong-type',
      this.since(begin),
      'Not a secret',
      'A secret is written in base64: letters, digits, “+”, “/” and “=” at its end.',
    );
    this.skipStatement();
    return false;
  }

  protected readonly keys = new Set<string>();

  /** The key that `omapi-key` names; checked when all keys are known. */
  protected omapiKey: Located<string> | undefined;

  /** Reports an unclosed block at its start. */
  protected unclosed(opened: Token, head = this.spanOf(opened)): void {
    this.wrong(
      'syntax',
      head,
      'Closing brace missing',
      'The block that begins here is not closed: a right brace “}” is missing before the end of the file.',
    );
  }
}
