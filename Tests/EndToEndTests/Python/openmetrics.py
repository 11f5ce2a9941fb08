"""Reads /metrics in both formats with Prometheus's own Python parsers: openmetrics.py URL

Prints what they found as JSON; a parser that refuses the text ends the program.
"""
import json
import sys
import urllib.request

from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as prometheus


def fetch(url, accept):
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


def series(families):
    return {
        (sample.name, tuple(sorted(sample.labels.items())))
        for family in families
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def main():
    text_type, text = fetch(sys.argv[1], "text/plain")
    open_type, open_text = fetch(sys.argv[1], "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
    plain = list(prometheus(text))
    opened = list(open_metrics(open_text))
    samples = [sample for family in opened for sample in family.samples]
    print(json.dumps({
        "textType": text_type,
        "openType": open_type,
        "textSeries": len(series(plain)),
        "differing": [list(map(str, key)) for key in series(plain) ^ series(opened)],
        "units": sorted({family.unit for family in opened}),
        "created": sum(sample.name.endswith("_created") for sample in samples),
        "exemplars": {
            f"{sample.name} {sample.exemplar.labels['trace_id']}": sample.exemplar.value
            for sample in samples if sample.exemplar
        },
        "spanNames": sorted({sample.labels["span_name"] for sample in samples if "span_name" in sample.labels}),
    }))


main()
