(() => {
  'use strict';
  const report = JSON.parse(document.getElementById('report').textContent);
  const places = [...document.querySelectorAll('canvas[data-section]')];
  // Okabe and Ito's colours, told apart by colour-blind readers, for light and for dark ground.
  const LIGHT = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b8860b', '#3a9bd9', '#555555'];
  const DARK = ['#56b4e9', '#f0883e', '#2fc49b', '#e39ac6', '#f0e442', '#8fb8ff', '#bbbbbb'];
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  let charts = [];

  function axis(of) {
    return {
      type: of.scale === 'log' ? 'logarithmic' : 'linear',
      min: of.min,
      max: of.max,
      title: { display: true, text: of.title },
      grid: { color: color('--line') },
      ticks: of.scale === 'log' ? { callback: decade, autoSkip: false, maxRotation: 0 } : {},
    };
  }

  // On a logarithmic axis, the powers of ten and nothing between.
  function decade(value) {
    const power = Math.log10(value);
    return Math.abs(power - Math.round(power)) > 1e-9 ? '' : value >= 1e-3 && value <= 1e4 ? String(Number(value.toPrecision(3))) : '1e' + Math.round(power);
  }

  function curve(of, index) {
    const stroke = of.style === 'dashed' ? color('--faint') : (dark.matches ? DARK : LIGHT)[index % LIGHT.length];
    const most = of.counts ? Math.max(...of.counts) : 0;
    const single = of.x.length < 2;
    return {
      label: of.name,
      data: of.x.map((x, i) => ({ x, y: of.y[i] })),
      showLine: of.style !== 'points',
      stepped: of.style === 'step' ? 'before' : false,
      borderColor: stroke,
      backgroundColor: stroke,
      borderWidth: of.style === 'dashed' ? 1 : 2,
      borderDash: of.style === 'dashed' ? [5, 5] : index >= LIGHT.length ? [8, 3] : [],
      pointRadius: of.counts ? of.counts.map((count) => 3 + 7 * Math.sqrt(count / most)) : of.style === 'points' || single ? 3 : 0,
      pointHitRadius: 6,
      clip: 8,
    };
  }

  function plot(section, canvas) {
    let index = 0;
    const datasets = section.series.map((of) => curve(of, of.style === 'dashed' ? 0 : index++));
    return new Chart(canvas, {
      type: 'scatter',
      data: { datasets },
      options: {
        scales: { x: axis(section.x), y: axis(section.y) },
        interaction: { mode: 'nearest', intersect: false },
        plugins: {
          legend: { position: 'bottom', align: 'start', labels: { boxHeight: 2, boxWidth: 24 } },
          tooltip: {
            callbacks: {
              label: (item) => {
                const counts = section.series[item.datasetIndex].counts;
                const x = Number(item.raw.x.toPrecision(4));
                const y = item.raw.y === null ? '–' : Number(item.raw.y.toPrecision(4));
                return item.dataset.label + ': ' + x + ', ' + y + (counts ? ' (' + counts[item.dataIndex] + ' answers)' : '');
              },
            },
          },
        },
      },
    });
  }

  function names(labels, title, align, rotation) {
    return {
      type: 'category',
      labels,
      offset: true,
      title: { display: true, text: title, align },
      grid: { display: false },
      ticks: {
        autoSkip: false,
        minRotation: rotation,
        maxRotation: rotation,
        font: { size: labels.length > 40 ? 10 : 12 },
        callback: (value) => (labels[value].length > 24 ? labels[value].slice(0, 23) + '…' : labels[value]),
      },
    };
  }

  function confusion(section, canvas) {
    const shown = section.counts.filter((of) => section.people.includes(of.actual) && section.answers.includes(of.answer));
    canvas.closest('.plot').classList.add('map');
    const side = section.answers.length > 40 ? 13 : section.answers.length > 15 ? 18 : 32;
    // Room for the names beside the cells.
    canvas.parentElement.style.width = side * section.answers.length + 230 + 'px';
    canvas.parentElement.style.height = side * section.people.length + 260 + 'px';
    const radius = ({ chart }) => {
      const area = chart.chartArea;
      return area ? Math.SQRT1_2 * Math.min(area.width / section.answers.length, area.height / section.people.length) : 1;
    };
    const dataset = (label, name, keep) => {
      const cells = shown.filter(keep);
      return {
        label,
        data: cells.map((of) => ({ x: of.answer, y: of.actual, count: of.count })),
        pointStyle: 'rect',
        pointRadius: radius,
        pointHoverRadius: radius,
        pointHitRadius: 0,
        borderWidth: 0,
        backgroundColor: cells.map((of) => {
          const share = of.count / section.pictures[of.actual];
          return 'color-mix(in srgb, ' + color(name) + ' ' + Math.round(20 + 80 * share) + '%, transparent)';
        }),
      };
    };
    return new Chart(canvas, {
      type: 'scatter',
      data: {
        datasets: [dataset('right', '--accent', (of) => of.actual === of.answer), dataset('wrong', '--wrong', (of) => of.actual !== of.answer)],
      },
      options: {
        scales: {
          x: names(section.answers, 'taken for', 'start', 90),
          y: names(section.people, 'who it is', 'end', 0),
        },
        plugins: {
          legend: {
            position: 'top',
            align: 'start',
            labels: {
              usePointStyle: true,
              generateLabels: (chart) =>
                Chart.defaults.plugins.legend.labels.generateLabels(chart).map((item) => {
                  item.fillStyle = color(item.datasetIndex === 0 ? '--accent' : '--wrong');
                  return item;
                }),
            },
          },
          tooltip: {
            callbacks: {
              label: ({ raw }) => raw.y + ' taken for ' + raw.x + ': ' + raw.count + ' of ' + section.pictures[raw.y] + ' pictures',
            },
          },
        },
      },
    });
  }

  function bars(section, canvas) {
    canvas.parentElement.style.height = 30 * section.names.length + 90 + 'px';
    const value = axis(section.axis);
    value.beginAtZero = true;
    const marks = {
      id: 'marks',
      afterDatasetsDraw({ ctx, scales, chartArea }) {
        ctx.save();
        ctx.strokeStyle = color('--ink');
        section.names.forEach((name, i) => {
          const y = scales.y.getPixelForValue(i);
          const [from, to] = [section.low[i], section.high[i]].map((at) => scales.x.getPixelForValue(at));
          ctx.beginPath();
          ctx.moveTo(from, y);
          ctx.lineTo(to, y);
          [from, to].forEach((x) => {
            ctx.moveTo(x, y - 4);
            ctx.lineTo(x, y + 4);
          });
          ctx.stroke();
        });
        if (section.reference !== undefined) {
          const x = scales.x.getPixelForValue(section.reference);
          ctx.setLineDash([5, 5]);
          ctx.beginPath();
          ctx.moveTo(x, chartArea.top);
          ctx.lineTo(x, chartArea.bottom);
          ctx.stroke();
        }
        ctx.restore();
      },
    };
    const categories = names(section.names, '', 'start', 0);
    categories.title.display = false;
    categories.ticks.callback = (i) => (section.names[i].length > 60 ? section.names[i].slice(0, 59) + '…' : section.names[i]);
    return new Chart(canvas, {
      type: 'bar',
      data: { labels: section.names, datasets: [{ data: section.values, backgroundColor: color('--accent'), barPercentage: 0.7 }] },
      plugins: [marks],
      options: {
        indexAxis: 'y',
        scales: { x: value, y: categories },
        plugins: {
          legend: { display: false },
          tooltip: {
            callbacks: {
              label: ({ dataIndex }) =>
                [section.values, section.low, section.high].map((of) => Number(of[dataIndex].toPrecision(4))).join(', ').replace(/, (.*), /, ' ($1 to ') + ')',
            },
          },
        },
      },
    });
  }

  function draw() {
    charts.forEach((chart) => chart.destroy());
    Chart.defaults.color = color('--ink');
    Chart.defaults.borderColor = color('--line');
    Chart.defaults.font.family = 'system-ui, sans-serif';
    Chart.defaults.font.size = 13;
    Chart.defaults.animation = false;
    Chart.defaults.maintainAspectRatio = false;
    Chart.defaults.locale = 'en';
    charts = places.map((canvas) => {
      canvas.closest('.plot').hidden = false;
      const section = report.sections[canvas.dataset.section];
      return { confusion, bars, plot }[section.type](section, canvas);
    });
  }

  draw();
  dark.addEventListener('change', draw);
})();
