const kept = [];
for (;;) kept.push(Array.from({ length: 1_000_000 }, (_, index) => index + 0.5));
