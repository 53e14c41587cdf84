import { defineFields, defineHistory } from './table';

/** Fields of the frame as a whole, and fields that only this program has. */
export const frameFields = [
  ...defineFields({
    frame: 'protocol',
    'frame.number': 'uint32',
    'frame.len': 'uint32',
    'frame.cap_len': 'uint32',
    'frame.time': 'time',
    'frame.time_epoch': 'duration',
    'frame.time_relative': 'duration',
    'frame.offset_shift': 'duration',
    'frame.protocols': 'string',
    'frame.marked': 'boolean',
    'frame.ignored': 'boolean',
    'frame.comment': 'string',
    'frame.interface_id': 'uint32',
    'frame.encap_type': 'int16',
  }),
  ...defineHistory({ 'frame.time_delta': 'duration', 'frame.time_delta_displayed': 'duration' }),
];

/** The ids of findings that cite the frame, the number of its exchange, and the outcome of that. */
export const ownFields = defineFields({ finding: 'string', conversation: 'uint32', outcome: 'string' });
