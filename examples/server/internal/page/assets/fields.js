// The settings that the form asks for, in its order:
// [name, words, kind, default, hint]. Spans are in seconds. What the form does
// not ask for keeps the server's default. The bounds are the server's to say.

export const basic = [
  ['name', 'Name', 'text', '', '', { required: true, maxlength: 255, autocomplete: 'off' }],
  ['max_concurrent', 'Lines at once', 'number', 10, '', { min: 1 }],
  ['calls_per_second', 'Calls per second', 'number', 10, '', { min: 1 }],
  ['ring_timeout', 'Ring for', 'seconds', 30, '', { min: 1 }],
  ['retries', 'Retries', 'number', 3, 'dials beyond the first', { min: 0 }],
  ['retry_delay', 'Retry after', 'seconds', 300, '', { min: 0 }],
  ['caller_id', 'Caller ID', 'text', '', 'shown to contacts; empty: the trunk’s own', {}],
];

export const hours = [
  ['zone', 'Time zone', 'text', 'UTC', 'as Europe/Paris', { list: 'zones', autocomplete: 'off' }],
  ['date', 'Only on one day', 'date', '', 'what still waits at its end is closed', {}],
];

export const more = [
  ['shape', 'Who is called first', 'choice', 'contact_first', '', {}, [
    ['contact_first', 'The contact, then an agent'], ['agent_first', 'The agent, then the contact']]],
  ['agent', 'Agent’s endpoint', 'text', '', 'agent first, where no agents are counted', {}],
  ['destination', 'Extension for answered calls', 'text', '', 'where no agents are counted', {}],
  ['trunk', 'Trunk', 'text', '', 'empty: the server’s default', {}],
  ['wrap_up', 'Wrap-up', 'seconds', 0, 'agents are left alone after a call', { min: 0 }],
  ['agent_wait', 'Wait for an agent', 'seconds', 2, 'then the call counts as abandoned', { min: 1 }],
  ['disposition_wait', 'Wait for a disposition', 'seconds', 0, '0: none is expected', { min: 0 }],
  ['callbacks', 'Callbacks per contact', 'number', 3, '', { min: 0 }],
  ['callback_tries', 'Re-dials of a callback', 'number', 2, '', { min: 0 }],
  ['callback_delay', 'Between such re-dials', 'seconds', 300, '', { min: 0 }],
  ['screening_timeout', 'Screening takes at most', 'seconds', 4, '', { min: 1 }],
  ['screening', 'Tell persons from machines', 'check', false, 'the switch screens each answer', {}],
];

export const all = [...basic, ...hours, ...more];

// read takes the value out of a control; undefined: the number was left empty.
export function read(kind, control) {
  switch (kind) {
    case 'check': return control.checked;
    case 'number':
    case 'seconds': return control.value === '' ? undefined : Number(control.value);
    default: return control.value.trim();
  }
}
