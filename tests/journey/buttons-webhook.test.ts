import { walksBy } from './walks.ts';

walksBy('webhook');
