import type { Scope } from '../model';
import { nearest } from '../nearest';
import type { Located } from '../source';
import { releases } from './issues';
import { addressesIn, isHexData, OPTION_TYPES, valueProblem } from './options';
import type { JsonMap } from './reader';

import { KeaScopes, NONE } from './scopes';

const VENDOR_OPTIONS = 43;

/** Option values and option definitions. */
export class KeaOptionReader extends KeaScopes {
  protected optionsOf(map: JsonMap, scope: Scope): void {
    for (const data of map.maps('option-data')) this.option(data, scope);
  }

  protected option(map: JsonMap, scope: Scope): void {
    const name = map.text('name');
    const code = map.number('code');
    const data = map.text('data');
    const ownSpace = `dhcp${this.family}`;
    const space = map.text('space')?.value ?? ownSpace;
    const last = this.family === 4 ? 255 : 65535;
    this.classesOf(map);
    if (code && (code.value < 0 || code.value > last)) {
      this.wrong(
        'unknown-option',
        code.span,
        `No option ${code.value}`,
        `An option's code is 1 to ${last - (this.family === 4 ? 1 : 0)}.`,
      );
      return;
    }
    if (!name && !code) {
      this.wrong('missing-parameter', map.span, 'Option without name', 'An option needs a “name” or a “code”.');
      return;
    }
    if (/^dhcp[46]$/.test(space) && space !== ownSpace) {
      this.wrong(
        'wrong-type',
        map.text('space')!.span,
        'Option of the other protocol',
        `This server is for ${ownSpace}, not for ${space}.`,
      );
      return;
    }
    const numbered = code ? this.options.numbered(space, code.value) : undefined;
    const option = numbered ?? (code ? undefined : this.options.named(space, name!.value));
    if (
      numbered &&
      name &&
      name.value !== numbered.name &&
      this.options.named(space, name.value)?.code !== code!.value
    ) {
      // Some options have other names in other releases.
      const other = this.options.named(space, name.value);
      this.wrong(
        'unknown-option',
        name.span,
        `Option ${code!.value} is not “${name.value}”`,
        `Option ${code!.value} is “${numbered.name}”${other ? `; “${name.value}” is option ${other.code}` : ''}.`,
      );
      return;
    }
    if (name) this.names.push({ role: 'option', name: name.value, span: name.span, definition: false });
    if (!option) {
      // Any option may be given by its code, with its value as octets. Only the global list wants “csv-format” for that.
      const octets = !(map.flag('csv-format') ?? scope.kind === 'global');
      if (octets && this.family === 4 && code?.value === 255 && space === 'dhcp4') {
        this.wrong('wrong-type', code.span, 'No option 255', 'Option 255 ends the options; it cannot be set.');
        return;
      }
      const open = this.options.isOpen(space);
      if ((octets && code && code.value > 0) || open) {
        if (data && octets && (!open || map.flag('csv-format') === false)) this.hexData(data);
        return;
      }
      const near = name ? nearest(name.value, this.options.names(space)) : undefined;
      this.issues.add(
        {
          id: 'unknown-option',
          span: (name ?? code!).span,
          title: `Unknown option “${name?.value ?? code!.value}”`,
          explanation: `Kea has no definition of the option “${name?.value ?? code!.value}” in the space ${space}${near ? `; “${near}” is the nearest name` : ''}.`,
          steps: [
            near
              ? `Write “${near}”, or define the option in “option-def”.`
              : 'Define it in “option-def”, or give its octets: `"csv-format": false`.',
          ],
        },
        this.unread ? NONE : undefined,
      );
      return;
    }
    const octets = map.flag('csv-format') === false;
    const since = this.options.since(option);
    // By its code alone, an option that a release does not define may be given as octets.
    if (since > 0 && !(octets && code))
      this.issues.add(
        {
          id: 'unknown-option',
          span: (name ?? code!).span,
          title: `Option “${option.name}”`,
          explanation: `Kea defines the option “${option.name}” since release ${since.toFixed(1)}.`,
        },
        releases(0, since),
      );
    const setting = {
      space: space === 'dhcp6' ? 'dhcpv6' : space === 'dhcp4' ? 'dhcp' : space,
      code: option.code,
      name: option.name,
      span: map.span,
      value: data?.span ?? map.span,
      addresses: [],
    };
    if (octets) {
      if (data) this.hexData(data);
      scope.options.push(setting);
      return;
    }
    const problem = valueProblem(option.type, data?.value ?? '');
    if (problem !== undefined) {
      this.wrong(
        'option-wrong-type',
        data?.span ?? map.span,
        `“${option.name}” has the wrong kind of value`,
        `The option “${option.name}” (${option.code}) wants ${problem}${data ? `, not “${data.value.slice(0, 80)}”` : ''}.`,
      );
      return;
    }
    if (!data) return;
    const addresses = addressesIn(option.type, data.value).map(({ value, at, length }) => ({
      value,
      span: { ...data.span, start: data.span.start + 1 + at, end: data.span.start + 1 + at + length },
    }));
    const number = /^u?int\d+$/.test(option.type) ? Number(data.value) : NaN;
    scope.options.push({
      ...setting,
      addresses,
      ...(Number.isNaN(number) ? {} : { number }),
      ...(option.type === 'string' || option.type === 'fqdn' ? { text: data.value } : {}),
    });
  }

  protected hexData(data: Located<string>): void {
    if (!isHexData(data.value) && !/^\s*'.*'\s*$/.test(data.value))
      this.wrong(
        'option-wrong-type',
        data.span,
        'Not hexadecimal digits',
        'With “csv-format” false the data is octets in hexadecimal digits.',
      );
    else if (/^\s*(0x)?([\da-f]{2})*[\da-f]\s*$/i.test(data.value))
      this.issues.add(
        {
          id: 'option-wrong-type',
          span: data.span,
          severity: 'warning',
          title: 'Half an octet',
          explanation: `${data.value.replace(/^\s*0x/i, '').trim().length} digits are not whole octets. Kea puts a zero before them, and every octet is another than was meant.`,
        },
        NONE,
      );
  }

  /** `local`: defined inside a class, where an option may be redefined. */
  protected definition(map: JsonMap, local = false): void {
    const [name, code, type] = [map.text('name'), map.number('code'), map.text('type')];
    if (!name || !code || !type) return;
    const space = map.text('space')?.value ?? `dhcp${this.family}`;
    const last = this.family === 4 ? 255 : 65535;
    if (code.value < 0 || code.value > last) {
      this.wrong('wrong-type', code.span, `No option ${code.value}`, `An option's code is 1 to ${last - 1}.`);
      return;
    }
    if (space === 'dhcp4' && (code.value === 0 || code.value === 255)) {
      this.wrong('wrong-type', code.span, `No option ${code.value}`, 'Options 0 and 255 are padding and the end.');
      return;
    }
    // Kea ARM, “Option Definitions in Client Classes”: only vendor and site options may be redefined there.
    if (local && space === 'dhcp4' && code.value !== VENDOR_OPTIONS && code.value < 224) {
      this.wrong(
        'not-allowed-here',
        code.span,
        `Option ${code.value} in a class`,
        'A class defines option 43 or those from 224 to 254 only.',
      );
      return;
    }
    if (!OPTION_TYPES.has(type.value)) {
      this.wrong(
        'wrong-type',
        type.span,
        `Unknown type “${type.value.slice(0, 40)}”`,
        `The types of options are ${[...OPTION_TYPES].join(', ')}.`,
      );
      return;
    }
    if (!local) this.doubled(space, code, name);
    let spelled = type.value;
    const list = map.flag('array') === true;
    if (type.value === 'record') {
      const records = map.text('record-types');
      const fields = records?.value.split(',').map((one) => one.trim()) ?? [];
      const strange = fields.find((field) => !OPTION_TYPES.has(field) || field === 'record');
      if (fields.length < 2)
        this.wrong(
          'missing-parameter',
          records?.span ?? map.span,
          'Record without types',
          'A record names two types or more in “record-types”.',
        );
      else if (strange !== undefined)
        this.wrong(
          'wrong-type',
          records!.span,
          `Unknown type “${strange.slice(0, 40)}”`,
          'The types in “record-types” are those of options.',
        );
      spelled = `{${fields.join(',')}}`;
    } else if (list && /^(string|empty|binary)$/.test(type.value) && type.value !== 'binary') {
      this.wrong('wrong-type', type.span, `No array of “${type.value}”`, `Kea has no array of ${type.value}.`);
    }
    const encapsulates = map.text('encapsulate')?.value;
    if (encapsulates && list)
      this.wrong(
        'wrong-type',
        map.memberSpan('encapsulate')!,
        'Array that encapsulates',
        'An array cannot encapsulate an option space.',
      );
    this.names.push({
      role: 'option',
      name: name.value,
      span: name.span,
      definition: true,
      ...(space === `dhcp${this.family}` ? { code: code.value } : {}),
    });
    this.options.define({ space, code: code.value, name: name.value, type: spelled + (list ? '[]' : '') });
  }

  /** Reports an option that Kea or the file has already defined. */
  protected doubled(space: string, code: Located<number>, name: Located<string>): void {
    const known = this.options.numbered(space, code.value);
    const standard = known && this.options.isStandard(known);
    // Only options of DHCP's own space cannot be defined anew.
    if (standard && known.space !== `dhcp${this.family}`) return;
    // The content of option 43 is up to the vendor, and codes from 224 on are site-specific.
    if (standard && (known.code === VENDOR_OPTIONS || (this.family === 4 && known.code >= 224))) return;
    if (standard)
      this.wrong(
        'duplicate-name',
        code.span,
        `Option ${code.value} is defined by Kea`,
        `Option ${code.value} is “${known.name}”; it cannot be defined anew.`,
        releases(this.options.since(known)),
      );
    else if (known)
      this.wrong(
        'duplicate-name',
        code.span,
        `Option ${code.value} is defined twice`,
        `“${known.name}” has this code already.`,
      );
    else if (this.options.named(space, name.value))
      this.wrong(
        'duplicate-name',
        name.span,
        `“${name.value}” is defined twice`,
        `There is an option “${name.value}” in the space ${space} already.`,
      );
  }
}
