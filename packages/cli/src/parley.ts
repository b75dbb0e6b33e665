#!/usr/bin/env node
import { runApp } from './run-app.js';

void runApp();
